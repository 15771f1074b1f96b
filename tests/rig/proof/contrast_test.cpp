#include "rig/proof/contrast.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/proof/synthetic_world.h"

namespace brewproof {
namespace {

using synthetic::ms;
using synthetic::World;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A machine that tells of each of these events with one and the same message, 40 ms after it.
Proof proof_of(const std::vector<std::string>& telling, int blocks) {
  World world(7);
  world.deal({"decline", "pay"}, blocks);
  for (const Trial& trial : world.input.trials) {
    if (trial.sham || std::ranges::find(telling, trial.event) == telling.end()) continue;
    Message message;
    message.time_ns = message.last_time_ns = trial.origin_ns() + 40 * ms;
    message.from_dut = true;
    message.peer = {"api.example", "203.0.113.10", 80};
    message.protocol = "http";
    message.message = "POST /v1/order";
    message.size = 100;
    message.fields = {synthetic::text("body|json:/kind", "sale")};
    world.input.messages.push_back(message);
  }
  return attribute(world.input);
}

const Finding* about(const Proof& proof, const std::string& event) {
  for (const Finding& finding : proof.findings)
    if (finding.event == event) return &finding;
  return nullptr;
}

// Of 4 + 4 acts a block all four of one event show it and none of the other: 1/70 a block.
TEST(Contrast, WhatFollowsPaymentsOnlyIsNotAboutTheCard) {
  const Proof proof = proof_of({"pay"}, 3);
  const Finding* pay = about(proof, "pay");
  ASSERT_NE(pay, nullptr);
  ASSERT_THAT(pay->contrasts, SizeIs(1));
  EXPECT_EQ(pay->contrasts[0].event, "decline");
  EXPECT_EQ(pay->contrasts[0].hits, 0);
  EXPECT_EQ(pay->contrasts[0].trials, 12);
  EXPECT_NEAR(pay->contrasts[0].p, 1.0 / (70 * 70 * 70), 1e-12);
  EXPECT_EQ(pay->contrasts[0].p_adjusted, pay->contrasts[0].p);
}

TEST(Contrast, WhatFollowsBothIsNoDifference) {
  const Proof proof = proof_of({"pay", "decline"}, 3);
  const Finding* pay = about(proof, "pay");
  const Finding* decline = about(proof, "decline");
  ASSERT_TRUE(pay != nullptr && decline != nullptr);
  EXPECT_EQ(pay->contrasts.at(0).hits, 12);
  EXPECT_EQ(pay->contrasts.at(0).p_adjusted, 1);
  EXPECT_EQ(decline->contrasts.at(0).event, "pay");
  EXPECT_EQ(decline->contrasts.at(0).p_adjusted, 1);
}

TEST(Contrast, OneEventHasNone) {
  World world(7);
  world.deal({"pay"}, 3);
  EXPECT_THAT(attribute(world.input).findings, IsEmpty());
}

}  // namespace
}  // namespace brewproof
