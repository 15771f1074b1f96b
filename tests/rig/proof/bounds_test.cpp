#include "rig/proof/bounds.h"

#include <gtest/gtest.h>

#include <cmath>

namespace brewproof {
namespace {

TEST(NoneSeenLimit, IsOneMinusAlphaToTheOneOverN) {
  EXPECT_NEAR(none_seen_limit(12, 0.95), 0.2209, 5e-5);
  EXPECT_NEAR(none_seen_limit(30, 0.95), 0.0950, 5e-5);
  EXPECT_NEAR(none_seen_limit(59, 0.95), 0.0495, 5e-5);
  EXPECT_NEAR(none_seen_limit(299, 0.95), 0.0100, 5e-5);
  EXPECT_EQ(none_seen_limit(0, 0.95), 1);
}

TEST(ClopperPearson, NothingSeenAgreesWithTheNoneSeenLimit) {
  EXPECT_NEAR(rate_upper_limit(0, 12, 0.95), none_seen_limit(12, 0.95), 1e-12);
  EXPECT_EQ(rate_lower_limit(0, 12, 0.95), 0);
  EXPECT_EQ(rate_upper_limit(12, 12, 0.95), 1);
}

TEST(ClopperPearson, OneOfTenHasTheTabulatedLimits) {
  // The central 90 % interval of 1 in 10 is tabulated as 0.0051 to 0.3942.
  const double upper = rate_upper_limit(1, 10, 0.95);
  EXPECT_NEAR(upper, 0.3942, 5e-5);
  EXPECT_NEAR(rate_lower_limit(1, 10, 0.95), 0.0051, 5e-5);
  // And by definition: P(X <= 1 | upper) = 0.05.
  EXPECT_NEAR(std::pow(1 - upper, 10) + 10 * upper * std::pow(1 - upper, 9), 0.05, 1e-9);
}

TEST(ExcessUpperLimit, NothingSeenAnywhereIsTheNoneSeenLimit) {
  EXPECT_NEAR(excess_upper_limit(0, 12, 0, 12, 0.95), 0.2209, 5e-5);
}

TEST(ExcessUpperLimit, AddsTheSquaresOfBothMargins) {
  // 1 of 10 against 1 of 10: sqrt((0.3942 - 0.1)^2 + (0.1 - 0.0051)^2) = 0.3091.
  EXPECT_NEAR(excess_upper_limit(1, 10, 1, 10, 0.95), 0.3091, 1e-4);
}

TEST(ExcessUpperLimit, CanBeNegativeAndNeverAboveOne) {
  EXPECT_LT(excess_upper_limit(0, 100, 100, 100, 0.95), 0);
  EXPECT_EQ(excess_upper_limit(16, 16, 0, 16, 0.95), 1);
  EXPECT_EQ(excess_upper_limit(0, 0, 0, 12, 0.95), 1);
}

}  // namespace
}  // namespace brewproof
