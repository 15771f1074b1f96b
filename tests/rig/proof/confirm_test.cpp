#include "rig/proof/confirm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rig/model/confirmation.h"
#include "tests/rig/proof/synthetic_world.h"

namespace brewproof {
namespace {

using synthetic::World;

std::vector<ClaimToConfirm> claims_of_kiosk(std::uint64_t seed) {
  World world(seed);
  synthetic::kiosk(world);
  Findings findings;
  findings.findings = attribute(world.input).findings;
  return claims_to_confirm(findings);
}

std::vector<Confirmation> asked_again(std::vector<ClaimToConfirm> claims, std::uint64_t seed) {
  World world(seed);
  synthetic::kiosk(world);
  world.input.to_confirm = std::move(claims);
  return attribute(world.input).confirmations;
}

// 4 blocks of 4 and 4: a perfect result has p = 1 / 70^4, three claims make it 3 / 70^4.
TEST(Confirm, WhatTheMachineDoesIsConfirmedWithNewLots) {
  const auto claims = claims_of_kiosk(7);
  ASSERT_EQ(claims.size(), 3u);
  const auto confirmations = asked_again(claims, 8);
  ASSERT_EQ(confirmations.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    const Confirmation& one = confirmations[i];
    EXPECT_EQ(one.claim, claims[i]);
    EXPECT_EQ(one.verdict, "confirmed") << one.claim.message;
    EXPECT_EQ(one.timing->event_hits, 16);
    EXPECT_EQ(one.timing->event_trials, 16);
    EXPECT_NEAR(one.least_p, 1 / 24'010'000.0, 1e-12);
    EXPECT_LE(one.timing->p_adjusted, 3 / 24'010'000.0 + 1e-12);
    EXPECT_GE(one.timing->p_adjusted, one.timing->p);
  }
}

TEST(Confirm, WhatDoesNotComeAgainIsNotConfirmed) {
  auto claims = claims_of_kiosk(7);
  claims[0].message = "POST /v1/never";
  claims[1].window = {300'000'000, 350'000'000};  // it comes earlier
  const auto confirmations = asked_again(claims, 8);
  EXPECT_EQ(confirmations[0].verdict, "not_confirmed");
  EXPECT_EQ(confirmations[0].timing->event_hits, 0);
  EXPECT_EQ(confirmations[0].timing->p, 1);
  EXPECT_EQ(confirmations[1].verdict, "not_confirmed");
  EXPECT_EQ(confirmations[2].verdict, "confirmed");
}

TEST(Confirm, AnotherServerOrPartIsAnotherClaim) {
  auto claims = claims_of_kiosk(7);
  claims[0].destination.name = "other.example";
  claims[1].node = "type=other";
  claims[2].tls = true;
  for (const Confirmation& one : asked_again(claims, 8)) EXPECT_EQ(one.verdict, "not_confirmed");
}

TEST(Confirm, WhatTheRunCannotTellIsInconclusive) {
  auto claims = claims_of_kiosk(7);
  claims[0].event = "clean";
  auto confirmations = asked_again(claims, 8);
  EXPECT_EQ(confirmations[0].verdict, "inconclusive");
  EXPECT_EQ(confirmations[0].reason, "not-tried");
  EXPECT_FALSE(confirmations[0].timing);

  // One block: 1/70 at best, which is above 0.01.
  World world(9);
  world.deal({"brew"}, 1);
  claims[0].event = "brew";
  world.input.to_confirm = {claims[0]};
  confirmations = attribute(world.input).confirmations;
  EXPECT_EQ(confirmations[0].verdict, "inconclusive");
  EXPECT_EQ(confirmations[0].reason, "too-few-trials");
  EXPECT_DOUBLE_EQ(confirmations[0].least_p, 1.0 / 70);
}

TEST(Confirm, TemplatesAgreeWhereOneKnowsLess) {
  EXPECT_TRUE(same_template("PUBLISH a/{}/hb", "PUBLISH a/{}/hb"));
  EXPECT_TRUE(same_template("PUBLISH a/{}/hb", "PUBLISH a/KD1/hb"));
  EXPECT_TRUE(same_template("PUBLISH a/KD1/hb", "PUBLISH a/{}/hb"));
  EXPECT_FALSE(same_template("PUBLISH a/{}/hb", "PUBLISH a/{}/brew"));
  EXPECT_FALSE(same_template("PUBLISH a/{}", "PUBLISH a/{}/hb"));
  EXPECT_FALSE(same_template("GET /a b", "GET /a/b"));
}

TEST(Confirm, TheWishIsReadBackAsItWas) {
  ConfirmationWish wish{"run-1", std::string(64, 'a'), claims_of_kiosk(7)};
  wish.claims[0].node = "type=brew";
  EXPECT_EQ(read_confirming(confirming_json(wish)), wish);
  EXPECT_EQ(read_confirming({{"run", 1}}), std::nullopt);
}

}  // namespace
}  // namespace brewproof
