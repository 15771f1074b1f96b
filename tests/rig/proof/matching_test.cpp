#include "rig/proof/matching.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace brewproof {
namespace {

using Points = std::vector<std::size_t>;

/// The law by trying every deal.
double by_enumeration(const Points& points_to, std::size_t matches) {
  Points deal(points_to.size());
  std::iota(deal.begin(), deal.end(), std::size_t{0});
  double hits = 0, all = 0;
  do {
    std::size_t own = 0;
    for (std::size_t i = 0; i < deal.size(); ++i) own += points_to[i] == deal[i] ? 1 : 0;
    hits += own >= matches ? 1 : 0;
    ++all;
  } while (std::next_permutation(deal.begin(), deal.end()));
  return hits / all;
}

TEST(MatchingLaw, AllOfNIsOneOverNFactorial) {
  EXPECT_DOUBLE_EQ(matching_p(Points{0, 1, 2}, 3), 1. / 6);
  Points twelve(12);
  std::iota(twelve.begin(), twelve.end(), std::size_t{0});
  EXPECT_NEAR(matching_p(twelve, 12), 2.0877e-9, 0.0001e-9);  // 1 / 479,001,600
}

TEST(MatchingLaw, FourLettersInFourEnvelopes) {
  // Of 24 deals 6 have exactly two right, 1 has four; 9 have none.
  EXPECT_DOUBLE_EQ(matching_p(Points{0, 1, 2, 3}, 2), 7. / 24);
  EXPECT_DOUBLE_EQ(matching_p(Points{0, 1, 2, 3}, 1), 15. / 24);
  EXPECT_EQ(matching_p(Points{0, 1, 2, 3}, 0), 1);
}

TEST(MatchingLaw, ThreeOfFourRightMeansAllFour) {
  EXPECT_DOUBLE_EQ(matching_p(Points{0, 1, 2, 3}, 3), 1. / 24);
}

TEST(MatchingLaw, RowsThatPointNowhereCannotMatch) {
  EXPECT_DOUBLE_EQ(matching_p(Points{0, 1, 3}, 2), 1. / 6);
  EXPECT_DOUBLE_EQ(matching_p(Points{0, 1, 3}, 1), 1. / 2);
  EXPECT_EQ(matching_p(Points{0, 1, 3}, 3), 1e-300);
}

TEST(MatchingLaw, AConstantThatEqualsOneOfTheValuesIsNoEvidence) {
  EXPECT_DOUBLE_EQ(matching_p(Points{2, 2, 2, 2}, 1), 1);
  EXPECT_EQ(most_matches(Points{2, 2, 2, 2}), 1u);
}

TEST(MatchingLaw, AgreesWithEveryDealTried) {
  for (const Points& points : {Points{0, 0, 1}, Points{1, 0, 3, 2, 4}, Points{0, 0, 2, 2, 4, 6, 6},
                               Points{6, 0, 1, 2, 6, 6}, Points{0, 1, 2, 3, 4, 5, 6}}) {
    for (std::size_t k = 0; k <= most_matches(points); ++k) {
      EXPECT_NEAR(matching_p(points, k), by_enumeration(points, k), 1e-12) << k;
    }
  }
}

/// The same, of values that may be equal, within each deal: all orders of the trials that stay
/// there.
double by_enumeration(const Matching& matching, std::size_t matches) {
  const std::size_t n = matching.dealt.size();
  Points order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  double hits = 0, all = 0;
  do {
    std::size_t own = 0;
    bool apart = true;
    for (std::size_t i = 0; i < n; ++i) {
      apart = apart && matching.deals[i] == matching.deals[order[i]];
      own += matching.held[i] == matching.dealt[order[i]] ? 1 : 0;
    }
    if (!apart) continue;
    hits += own >= matches ? 1 : 0;
    ++all;
  } while (std::next_permutation(order.begin(), order.end()));
  return hits / all;
}

TEST(MatchingLaw, OfEqualValuesAnyMayStandThere) {
  // Five values, two of them equal: of 5! deals 2! agree everywhere.
  EXPECT_DOUBLE_EQ(matching_p(Matching{{0, 1, 0, 3, 4}, {0, 1, 0, 3, 4}, {0, 0, 0, 0, 0}}, 5),
                   2. / 120);
  // A constant that is the value dealt three times of four agrees three times whatever the deal.
  const Matching constant{{0, 0, 0, 3}, {0, 0, 0, 0}, {0, 0, 0, 0}};
  EXPECT_DOUBLE_EQ(matching_p(constant, 3), 1);
  EXPECT_EQ(most_matches(constant), 3u);
}

TEST(MatchingLaw, AgreesWithEveryDealOfEqualValues) {
  const Points one_deal(7, 0), two_deals = {0, 0, 0, 0, 1, 1, 1};
  for (const Points& deals : {one_deal, two_deals}) {
    for (const Matching& matching :
         {Matching{{0, 1, 0, 3, 4, 5, 0}, {0, 1, 0, 3, 4, 5, 0}, deals},
          Matching{{0, 1, 0, 3, 4, 1, 4}, {0, 0, 0, 7, 4, 1, 1}, deals},
          Matching{{0, 0, 2, 2, 4, 4, 6}, {6, 4, 2, 0, 7, 7, 7}, deals}}) {
      for (std::size_t k = 0; k <= most_matches(matching); ++k)
        EXPECT_NEAR(matching_p(matching, k), by_enumeration(matching, k), 1e-12) << k;
    }
  }
}

TEST(MatchingLaw, WhereRoundingWouldSpoilItTheBoundStands) {
  Matching matching{Points(400, 0), Points(400, 0), Points(400, 0)};
  EXPECT_EQ(matching_p(matching, 400), 1);
  EXPECT_NEAR(matching_p(matching, 200), 1, 1e-6);  // 0.9 by rounding alone would be too little
}

TEST(MatchingLaw, HundredsOfValuesNeitherOverflowNorReachZero) {
  Points many(2000);
  std::iota(many.begin(), many.end(), std::size_t{0});
  EXPECT_EQ(matching_p(many, 2000), 1e-300);
  EXPECT_NEAR(matching_p(many, 1), 1 - 0.36787944, 1e-8);  // 1 - 1/e
}

}  // namespace
}  // namespace brewproof
