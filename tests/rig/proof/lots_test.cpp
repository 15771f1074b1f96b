#include "rig/proof/lots.h"

#include <gtest/gtest.h>

#include <bit>
#include <map>

namespace brewproof {
namespace {

Arms two_blocks() {
  Arms arms;
  arms.trials = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  arms.strata = {{1, 0, 8, 4}, {2, 8, 12, 1}};
  arms.acts = empty_bits(12);
  return arms;
}

TEST(Lots, KeepTheNumberOfActsOfEachBlock) {
  const Arms arms = two_blocks();
  Lots lots(arms);
  Generator generator(1);
  Bits acts = empty_bits(12);
  for (int i = 0; i < 1000; ++i) {
    lots.redraw(generator, acts);
    EXPECT_EQ(std::popcount(acts[0] & 0xFF), 4);
    EXPECT_EQ(std::popcount(acts[0] & 0xF00), 1);
    EXPECT_EQ(acts[0] >> 12, 0u);
  }
}

TEST(Lots, EveryFallIsEquallyLikely) {
  const Arms arms = two_blocks();
  Lots lots(arms);
  Generator generator(2);
  Bits acts = empty_bits(12);
  std::map<std::uint64_t, int> falls;
  for (int i = 0; i < 28'000; ++i) {
    lots.redraw(generator, acts);
    ++falls[acts[0]];
  }
  EXPECT_EQ(falls.size(), 280u);  // 70 x 4
  // 100 expected in each, standard deviation 10; 5.5 of those are allowed among 280.
  for (const auto& [fall, count] : falls) EXPECT_NEAR(count, 100, 55) << fall;
}

TEST(RedrawGenerator, IsSeededByTheDigestOfItsPurpose) {
  // printf 'timing/7' | sha256sum: the first 16 digits.
  Generator expected(0x1d64631a080dd38fu);
  EXPECT_EQ(redraw_generator(7, "timing").next(), expected.next());
}

TEST(RedrawGenerator, DoesNotRepeatTheLotsThatWereDealt) {
  Generator dealt(7);
  EXPECT_NE(redraw_generator(7, "timing").next(), dealt.next());
  EXPECT_NE(redraw_generator(7, "timing").next(), redraw_generator(7, "content pay amount").next());
}

}  // namespace
}  // namespace brewproof
