// Against numbers that were worked out by hand.
#include "rig/proof/difference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace brewproof {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

TEST(Fisher, AllAgainstNoneHasBothCornersOfTheLaw) {
  const DifferenceTest test = fisher({4, 4}, {0, 4});  // C(8,4) = 70
  EXPECT_NEAR(*test.p, 2.0 / 70, 1e-12);
  EXPECT_NEAR(test.smallest_p, 2.0 / 70, 1e-12);
  EXPECT_NEAR(smallest_fisher(8, 8), 2.0 / 12870, 1e-15);
}

// Lady tasting tea: 3 of 4 against 1 of 4. P(0..4) = 1, 16, 36, 16, 1 of 70.
TEST(Fisher, SumsAllThatIsAsImprobable) {
  EXPECT_NEAR(*fisher({3, 4}, {1, 4}).p, 34.0 / 70, 1e-12);
  EXPECT_NEAR(*fisher({2, 4}, {2, 4}).p, 1, 1e-12);
}

// 2 of 2 against 1 of 6: 3 hits among 8, 2 slots of a. P(a = 0, 1, 2) = 10, 15, 3 of 28: only the
// last is as improbable.
TEST(Fisher, OfAnUnevenTableOneTailMayBeAll) {
  EXPECT_NEAR(*fisher({2, 2}, {1, 6}).p, 3.0 / 28, 1e-12);
  EXPECT_NEAR(fisher({0, 2}, {3, 6}).smallest_p, 3.0 / 28, 1e-12);
}

TEST(Fisher, WhereAllOrNoneShowItNothingCouldDiffer) {
  EXPECT_EQ(fisher({4, 4}, {6, 6}).smallest_p, 1);
  EXPECT_EQ(*fisher({0, 4}, {0, 6}).p, 1);
  EXPECT_FALSE(fisher({0, 0}, {1, 6}).p);
}

// Ranks 1, 2, 3 against 4, 5, 6: of C(6,3) = 20 deals two are as far out.
TEST(RankTest, SeparatedLatenciesHaveBothEnds) {
  const std::vector<std::int64_t> a{10, 20, 30}, b{40, 50, 60};
  EXPECT_NEAR(*rank_test(a, b, 1, "x").p, 2.0 / 20, 1e-12);
  EXPECT_NEAR(rank_test(a, b, 1, "x").smallest_p, 2.0 / 20, 1e-12);
}

// 1, 2 against 2, 3: midranks 1, 2.5, 2.5, 4. Sums of two: 3.5 twice, 5 twice (the mean), 6.5
// twice.
TEST(RankTest, TiesShareTheirRanks) {
  const std::vector<std::int64_t> a{1, 2}, b{2, 3};
  EXPECT_NEAR(*rank_test(a, b, 1, "x").p, 4.0 / 6, 1e-12);
  const std::vector<std::int64_t> same{7, 7};
  EXPECT_EQ(*rank_test(same, same, 1, "x").p, 1);
  EXPECT_EQ(rank_test(same, same, 1, "x").smallest_p, 1);
}

TEST(RankTest, BeyondWhatIsCountedTheDealsAreDrawn) {
  std::vector<std::int64_t> low(80), high(80);
  std::iota(low.begin(), low.end(), 0);
  std::iota(high.begin(), high.end(), 1000);
  EXPECT_NEAR(*rank_test(low, high, 1, "x").p, 1.0 / 100'000, 1e-12);
  const DifferenceTest same = rank_test(low, low, 1, "x");
  EXPECT_GT(*same.p, 0.99);
  EXPECT_EQ(*rank_test(low, low, 1, "x").p, *same.p) << "the same seed";
}

// Where both ways exist they must agree: 64 values each are counted, 65 are drawn.
TEST(RankTest, CountedAndDrawnAgree) {
  std::vector<std::int64_t> a, b;
  for (std::int64_t i = 0; i < 64; ++i) {
    a.push_back(i);
    b.push_back(i + 10);
  }
  const double counted = *rank_test(a, b, 1, "x").p;
  a.push_back(32);
  b.push_back(42);
  EXPECT_THAT(*rank_test(a, b, 1, "x").p, DoubleNear(counted, 0.01));
}

// Sorted 0.01, 0.03, 0.04 times 3, 2, 1: 0.03, 0.06, 0.04 -> never below the one before.
TEST(Holm, StepsDown) {
  const std::vector<double> p{0.01, 0.04, 0.03};
  EXPECT_THAT(holm(p), ElementsAre(DoubleNear(0.03, 1e-12), DoubleNear(0.06, 1e-12),
                                   DoubleNear(0.06, 1e-12)));
  EXPECT_THAT(holm(std::vector<double>{0.6, 0.9}), ElementsAre(1, 1));
}

Compared asked(double p, double smallest_p, std::optional<double> again = {}) {
  Compared compared;
  compared.test = {p, {}, smallest_p};
  if (again) compared.again = DifferenceTest{*again, {}, 1e-6};
  return compared;
}

// 0.004 is below 0.01 alone, and above it as one of three. One that could not get there at all
// costs nothing.
TEST(Judge, AllQuestionsAreOneFamily) {
  std::vector<Compared> three{asked(0.004, 1e-4), asked(0.5, 1e-4), asked(0.6, 1e-4)};
  std::vector<Compared*> questions{&three[0], &three[1], &three[2]};
  EXPECT_EQ(judge(questions, 0.01), 3u);
  EXPECT_NEAR(*three[0].test.p_adjusted, 0.012, 1e-12);
  EXPECT_EQ(three[0].standing, Standing::alike);
  three[1].test.smallest_p = three[2].test.smallest_p = 0.02;
  EXPECT_EQ(judge(questions, 0.01), 1u);
  EXPECT_EQ(three[0].standing, Standing::differs);
  EXPECT_EQ(*three[1].test.p_adjusted, 1);
}

TEST(Judge, OldRunsThatDoNotAgreeMakeNoDifferenceOfTheNewOne) {
  std::vector<Compared> each{asked(1e-6, 1e-6, 0.5), asked(1e-6, 1e-6, 0.04),
                             asked(1e-6, 1e-6, 1e-6)};
  std::vector<Compared*> questions{&each[0], &each[1], &each[2]};
  judge(questions, 0.01);
  EXPECT_EQ(each[0].standing, Standing::differs);
  EXPECT_EQ(each[1].standing, Standing::doubtful);
  EXPECT_EQ(each[2].standing, Standing::unsteady);
}

TEST(Both, OnlyWhatEachOfTwoShowsIsShown) {
  EXPECT_EQ(*both(asked(0.2, 0.1).test, asked(0.01, 0.001).test).p, 0.2);
  EXPECT_FALSE(both({}, asked(0.01, 0.001).test).p);
}

}  // namespace
}  // namespace brewproof
