#include "rig/proof/stratified.h"

#include <gtest/gtest.h>

namespace brewproof {
namespace {

TEST(Hypergeometric, FishersCupsOfTea) {
  // 8 slots, 4 acts, 4 show it: C(4,a) C(4,4-a) / 70.
  const Law law = hypergeometric({8, 4, 4});
  EXPECT_EQ(law.first, 0u);
  ASSERT_EQ(law.probability.size(), 5u);
  EXPECT_DOUBLE_EQ(law.probability[0], 1.0 / 70);
  EXPECT_DOUBLE_EQ(law.probability[1], 16.0 / 70);
  EXPECT_DOUBLE_EQ(law.probability[2], 36.0 / 70);
  EXPECT_DOUBLE_EQ(law.probability[3], 16.0 / 70);
  EXPECT_DOUBLE_EQ(law.probability[4], 1.0 / 70);
}

TEST(Hypergeometric, StartsWhereTheShamsRunOut) {
  // 6 slots, 4 acts, 5 show it: at least 3 of them are acts. C(5,3) C(1,1) = 10, C(5,4) C(1,0) = 5,
  // of C(6,4) = 15.
  const Law law = hypergeometric({6, 4, 5});
  EXPECT_EQ(law.first, 3u);
  ASSERT_EQ(law.probability.size(), 2u);
  EXPECT_DOUBLE_EQ(law.probability[0], 10.0 / 15);
  EXPECT_DOUBLE_EQ(law.probability[1], 5.0 / 15);
}

TEST(Hypergeometric, IsCertainWhereNothingOrEverythingShowsIt) {
  EXPECT_EQ(hypergeometric({8, 4, 0}).probability, std::vector<double>{1.0});
  EXPECT_EQ(hypergeometric({8, 4, 8}).first, 4u);
  EXPECT_EQ(hypergeometric({8, 4, 8}).probability, std::vector<double>{1.0});
  EXPECT_EQ(hypergeometric({0, 0, 0}).probability, std::vector<double>{1.0});
  EXPECT_EQ(hypergeometric({3, 3, 2}).first, 2u);
}

TEST(StratifiedLaw, PerfectSeparationInOneBlockOfFourAndFourIsOneInSeventy) {
  EXPECT_DOUBLE_EQ(upper_tail(stratified_law({{8, 4, 4}})).at(4), 1.0 / 70);
}

TEST(StratifiedLaw, PerfectSeparationInThreeBlocksIsOneIn343000) {
  const UpperTail tail = upper_tail(stratified_law({{8, 4, 4}, {8, 4, 4}, {8, 4, 4}}));
  EXPECT_NEAR(tail.at(12), 2.9155e-6, 0.0001e-6);
  EXPECT_DOUBLE_EQ(tail.at(12) * 343000, 1);
}

TEST(StratifiedLaw, IsTheConvolutionOfItsBlocks) {
  // Block 1: 1/6 4/6 1/6 for 0 1 2. Block 2: 1/2 1/2 for 0 1. Sum: 1/12 5/12 5/12 1/12.
  const UpperTail tail = upper_tail(stratified_law({{4, 2, 2}, {4, 2, 1}}));
  EXPECT_DOUBLE_EQ(tail.at(0), 1);
  EXPECT_DOUBLE_EQ(tail.at(1), 11.0 / 12);
  EXPECT_DOUBLE_EQ(tail.at(2), 6.0 / 12);
  EXPECT_DOUBLE_EQ(tail.at(3), 1.0 / 12);
}

TEST(StratifiedLaw, AnUnevenTableWorkedByHand) {
  // Block 1: N=8 n=4 T=5: C(5,a) C(3,4-a) / 70 = 5, 30, 30, 5 of 70 for a = 1 to 4.
  // Block 2: N=8 n=4 T=2: C(2,a) C(6,4-a) / 70 = 15, 40, 15 of 70.
  // Seen: 4 + 2 = 6: P = 5/70 * 15/70 = 75/4900. And 5 or more: + (30*15 + 5*40)/4900 = 725/4900.
  const UpperTail tail = upper_tail(stratified_law({{8, 4, 5}, {8, 4, 2}}));
  EXPECT_DOUBLE_EQ(tail.at(6), 75.0 / 4900);
  EXPECT_DOUBLE_EQ(tail.at(5), 725.0 / 4900);
}

TEST(StratifiedLaw, BackgroundThatHitsOncePerBlockIsNoEvidence) {
  // One hit in each of four blocks, all of them acts: (1/2)^4, however tidy it looks.
  const std::vector<BlockCount> blocks(4, BlockCount{8, 4, 1});
  EXPECT_DOUBLE_EQ(upper_tail(stratified_law(blocks)).at(4), 1.0 / 16);
  EXPECT_DOUBLE_EQ(smallest_p(blocks), 1.0 / 16);
}

TEST(StratifiedLaw, AWholeRunDrawOfHundredsKeepsItsTail) {
  // 40 + 40 in one draw: 1 / C(80,40) = 9.3017e-24.
  EXPECT_NEAR(upper_tail(stratified_law({{80, 40, 40}})).at(40) * 1e24, 9.3017, 0.0001);
  const UpperTail tail = upper_tail(stratified_law({{10000, 5000, 5000}}));
  EXPECT_EQ(tail.at(5000), 1e-300);          // 1 / C(10000,5000) is 1e-3008
  EXPECT_NEAR(tail.at(2500), 0.508, 0.001);  // 1/2 and half of P(2500) = 0.016
}

TEST(SmallestP, IsTheLastTermOfTheTail) {
  const std::vector<BlockCount> blocks = {{8, 4, 5}, {8, 4, 2}, {8, 4, 8}, {6, 4, 5}};
  const UpperTail tail = upper_tail(stratified_law(blocks));
  EXPECT_DOUBLE_EQ(smallest_p(blocks), tail.probability.back());
}

}  // namespace
}  // namespace brewproof
