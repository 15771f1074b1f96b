#include "rig/proof/stop_outlook.h"

#include <gtest/gtest.h>

namespace brewproof {
namespace {

const StopQuestion of_six = {.blocks = 6, .acts = 4, .shams = 4, .events = 1};

// Needed is share x e >= 200. After two blocks of 70 e = 0.5 x 4,900 + the others' 1,085 or so,
// after three about 200,000. One pattern has a share of 1/4, ten have 1/40, a thousand 1/4,000.
TEST(StopOutlook, SaysAfterHowManyBlocksWhatAlwaysFollowsIsDecided) {
  EXPECT_EQ(stop_outlook(of_six, 1, {}).blocks_if_always, 2u);
  EXPECT_EQ(stop_outlook(of_six, 10, {}).blocks_if_always, 3u);
  EXPECT_EQ(stop_outlook(of_six, 1000, {}).blocks_if_always, 4u);
  StopQuestion two = of_six;
  two.events = 8;  // as eight times as many patterns would
  EXPECT_EQ(stop_outlook(two, 1, {}).blocks_if_always, 3u);
  StopQuestion late = of_six;
  late.least_blocks = 5;
  EXPECT_EQ(stop_outlook(late, 1, {}).blocks_if_always, 5u);
}

TEST(StopOutlook, AMessageOfEveryActIsDecidedForCertainAndOneOfHalfLater) {
  const StopOutlook outlook = stop_outlook(of_six, 10, {1, 0.9, 0.5});
  ASSERT_EQ(outlook.power.size(), 3u);
  EXPECT_EQ(outlook.power[0].before_the_end, 1);
  EXPECT_EQ(outlook.power[0].median_blocks, 3u);
  EXPECT_GT(outlook.power[1].before_the_end, 0.95);
  EXPECT_LT(outlook.power[2].before_the_end, outlook.power[1].before_the_end);
  EXPECT_GE(outlook.power[2].median_blocks, 5u);
}

TEST(StopOutlook, IsTheSameForTheSameDesign) {
  const StopOutlook a = stop_outlook(of_six, 10, {0.5}), b = stop_outlook(of_six, 10, {0.5});
  EXPECT_EQ(a.power[0].before_the_end, b.power[0].before_the_end);
  EXPECT_EQ(a.power[0].median_blocks, b.power[0].median_blocks);
}

// One block is too few for 1/200 whatever comes.
TEST(StopOutlook, APlanThatIsTooShortIsNeverStopped) {
  const StopOutlook outlook = stop_outlook({.blocks = 2, .acts = 4, .shams = 4}, 10, {1});
  EXPECT_EQ(outlook.power[0].before_the_end, 0);
  EXPECT_EQ(outlook.power[0].median_blocks, 0u);
}

}  // namespace
}  // namespace brewproof
