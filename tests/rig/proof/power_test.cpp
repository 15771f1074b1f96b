#include "rig/proof/power.h"

#include <gtest/gtest.h>

namespace brewproof {
namespace {

constexpr PowerQuestion asked_of_two_blocks = {.blocks = 2, .acts = 4, .shams = 4, .level = 0.005};

TEST(Power, IsCertainForWhatFollowsEveryActWhereTheDesignReachesItsLevel) {
  EXPECT_EQ(chance_to_be_proven(asked_of_two_blocks, 1), 1);  // 70^-2 = 2.0e-4
  PowerQuestion one = asked_of_two_blocks;
  one.blocks = 1;  // 1/70 = 0.014
  EXPECT_EQ(chance_to_be_proven(one, 1), 0);
}

// p of a block by its hits: 1, 1/2, 3/14, 1/14, 1/70. At most 0.005 have 4+4, 4+3 (0.0010), 4+2
// (0.0031) and 3+3 (0.0051 has not). With 0.6 of the acts a block has 4, 3, 2 hits with 0.1296,
// 0.3456, 0.3456: 0.0168 + 2 x 0.0448 + 2 x 0.0448 = 0.196.
TEST(Power, IsWhatTheLawOfTheBlocksGives) {
  EXPECT_NEAR(chance_to_be_proven(asked_of_two_blocks, 0.6), 0.196, 0.012);
  EXPECT_EQ(chance_to_be_proven(asked_of_two_blocks, 0.6),
            chance_to_be_proven(asked_of_two_blocks, 0.6));
}

TEST(Power, GrowsWithTheBlocksAndShrinksWithWhatIsLookedAt) {
  PowerQuestion more = asked_of_two_blocks;
  more.blocks = 8;
  EXPECT_GT(chance_to_be_proven(more, 0.3), chance_to_be_proven(asked_of_two_blocks, 0.3));
  PowerQuestion talkative = more;
  talkative.level /= 100;
  EXPECT_LT(chance_to_be_proven(talkative, 0.3), chance_to_be_proven(more, 0.3));
  EXPECT_EQ(chance_to_be_proven(more, 0), 0);
}

}  // namespace
}  // namespace brewproof
