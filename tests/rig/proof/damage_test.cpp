#include "rig/proof/damage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "rig/proof/e_value.h"
#include "tests/rig/proof/synthetic_world.h"

namespace brewproof {
namespace {

using synthetic::World;
using ::testing::Contains;
using ::testing::DoubleNear;
using ::testing::IsEmpty;
using ::testing::Not;

/// Eight blocks of 4 + 4, in which each act sends a message and no sham does.
World honest() {
  World world(3);
  world.deal({"brew"}, 8);
  for (const Trial* act : world.trials_of("brew", false)) {
    Message message;
    message.time_ns = message.last_time_ns = act->origin_ns() + 20 * synthetic::ms;
    message.from_dut = true;
    message.peer = {"api.example", "203.0.113.10", 80};
    message.protocol = "http";
    message.message = "POST /brew";
    world.input.messages.push_back(message);
  }
  return world;
}

void lose(World& world, int block, std::size_t acts, std::size_t shams) {
  for (Trial& trial : world.input.trials) {
    std::size_t& left = trial.sham ? shams : acts;
    if (trial.block != block || left == 0) continue;
    trial.status = TrialStatus::excluded;
    trial.reason = "rig-fault";
    --left;
  }
}

TEST(Damage, WhereNothingWasLostThereIsNothingToWeigh) {
  const World world = honest();
  const Proof proof = attribute(world.input);
  EXPECT_THAT(proof.damage, IsEmpty());
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_FALSE(proof.findings[0].timing->p_worst);
}

TEST(Damage, IsHeldAgainstTheDesignsOwnLaw) {
  World world = honest();
  lose(world, 1, 3, 0);
  ASSERT_EQ(balance_of_damage(world.input.trials).size(), 1u);
  const DamageBalance balance = balance_of_damage(world.input.trials)[0];
  EXPECT_EQ(balance.event, "brew");
  EXPECT_EQ(balance.acts, 32);
  EXPECT_EQ(balance.acts_lost, 3);
  EXPECT_EQ(balance.shams_lost, 0);
  EXPECT_THAT(balance.p, DoubleNear(2 * 4.0 / 56, 1e-12));  // twice C(4,3) / C(8,3)
}

TEST(Damage, AClaimThatStandsInTheWorstCaseStaysWhatItIs) {
  World world = honest();
  lose(world, 2, 1, 1);
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  const Finding& finding = proof.findings[0];
  // Seven blocks in which all four that show it are acts, and one in which 3 are acts and one is a
  // sham; as many acts or more show it in (1 + 8 * 16) of 70^8 deals.
  EXPECT_THAT(*finding.timing->p_worst / (129 / std::pow(70.0, 8)), DoubleNear(1, 1e-9));
  EXPECT_EQ(finding.grade, 'B');
  EXPECT_THAT(finding.reasons, Not(Contains("lost-trials")));
}

TEST(Damage, AClaimThatTheLostTrialsCouldTakeBackIsToBeConfirmed) {
  World world = honest();
  for (const int block : {1, 2, 3}) lose(world, block, 4, 4);
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_LT(proof.findings[0].timing->p, 1e-8);
  EXPECT_GT(*proof.findings[0].timing->p_worst, 0.01);
  EXPECT_EQ(proof.findings[0].grade, 'C');
  EXPECT_THAT(proof.findings[0].reasons, Contains("lost-trials"));
}

TEST(Damage, AWholeBlockOfEightMayBeLost) {
  World world = honest();
  lose(world, 4, 4, 4);
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_LT(*proof.findings[0].timing->p_worst, 1e-5);  // 28 of 32 against 4 of 32
  EXPECT_EQ(proof.findings[0].grade, 'B');
}

TEST(Damage, TrialsThatWereLeftOutForTheirBlockCountAsTheyWereSeen) {
  World world = honest();
  lose(world, 2, 1, 0);
  for (Trial& trial : world.input.trials) {
    if (trial.block != 2 || trial.status == TrialStatus::excluded) continue;
    trial.status = TrialStatus::excluded;
    trial.reason = "rig-fault";
    trial.with_block = true;
  }
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.damage.size(), 1u);
  EXPECT_EQ(proof.damage[0].acts_lost, 1);
  EXPECT_EQ(proof.damage[0].shams_lost, 0);
  // Block 2 has three acts that show it: C(4, 3) / C(8, 3) = 4 / 56.
  EXPECT_THAT(*proof.findings.at(0).timing->p_worst * std::pow(70.0, 7) * 56 / 4,
              DoubleNear(1, 1e-9));
}

/// As if the plan's rule had ended the run after these blocks.
Proof ended_by_its_rule(World& world) {
  world.input.design.stop = StopRule{};
  world.input.design.events["brew"].observe_ns = 350 * synthetic::ms;
  world.input.stopped = look_early(world.input);
  return attribute(world.input);
}

TEST(Damage, AClaimByBetsHasItsWorstCaseToo) {
  World world = honest();
  lose(world, 2, 1, 0);
  const Proof proof = ended_by_its_rule(world);
  ASSERT_EQ(proof.findings.size(), 1u);
  const Timing& timing = *proof.findings[0].timing;
  ASSERT_TRUE(timing.e_value);
  // Seven blocks as they were, and one in which three acts show it and the lost one does not.
  std::vector<BlockCount> blocks(7, {8, 4, 4});
  std::vector<std::size_t> hits(7, 4);
  EXPECT_NEAR(timing.e_value->ln_e, log_e_value(blocks, hits), 1e-9);
  blocks.push_back({8, 4, 3});
  hits.push_back(3);
  EXPECT_THAT(*timing.p_worst / std::exp(-log_e_value(blocks, hits)), DoubleNear(1, 1e-9));
  EXPECT_EQ(proof.findings[0].grade, 'B');
}

TEST(Damage, AClaimByBetsThatTheLostTrialsCouldTakeBackIsToBeConfirmed) {
  World world = honest();
  for (const int block : {1, 2, 3}) lose(world, block, 4, 4);
  const Proof proof = ended_by_its_rule(world);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_LT(proof.findings[0].timing->p, 1e-7);
  EXPECT_GT(*proof.findings[0].timing->p_worst, 0.005);
  EXPECT_EQ(proof.findings[0].grade, 'C');
  EXPECT_THAT(proof.findings[0].reasons, Contains("lost-trials"));
}

/// Every second act sends a message: 16 of 32.
World every_second() {
  World world = honest();
  std::vector<KeptMessage> every;
  for (std::size_t i = 0; i < world.input.messages.size(); i += 2)
    every.push_back(world.input.messages[i]);
  world.input.messages = std::move(every);
  return world;
}

TEST(Damage, AClaimAboutEveryKthActHasItsWorstCaseToo) {
  World world = every_second();
  ASSERT_EQ(attribute(world.input).findings.at(0).timing->counted->every, 2);
  lose(world, 8, 1, 0);
  Proof proof = attribute(world.input);
  const Timing timing = *proof.findings.at(0).timing;
  ASSERT_EQ(timing.counted->every, 2);
  ASSERT_TRUE(timing.p_worst);
  // Of block 8 one act shows it and the lost one, whose turn it was, does not: one slot of eight,
  // an act in half of all deals. Over the other seven blocks no deal scores more than this one.
  EXPECT_THAT(*timing.p_worst / timing.p, DoubleNear(0.5, 1e-9));
  EXPECT_THAT(proof.findings[0].reasons, Not(Contains("lost-trials")));
  world = every_second();
  for (const int block : {4, 5, 6, 7, 8}) lose(world, block, 4, 4);
  proof = attribute(world.input);
  for (const Finding& finding : proof.findings) {
    EXPECT_EQ(finding.grade, 'C');
    EXPECT_THAT(finding.reasons, Contains("lost-trials"));
  }
}

TEST(Damage, BlocksThatWereSetAsideByDesignAreNotLost) {
  World world = honest();
  for (Trial& trial : world.input.trials) {
    if (trial.block != 1) continue;
    trial.status = TrialStatus::excluded;
    trial.reason = "untouched";
  }
  const Proof proof = attribute(world.input);
  EXPECT_THAT(proof.damage, IsEmpty());
  EXPECT_FALSE(proof.findings.at(0).timing->p_worst);
}

TEST(Damage, RatesHaveTheirIntervals) {
  const World world = honest();
  const Proof proof = attribute(world.input);
  const Timing& timing = *proof.findings.at(0).timing;
  EXPECT_THAT(timing.event_rate->low, DoubleNear(0.8911, 1e-4));  // 0.025^(1/32)
  EXPECT_EQ(timing.event_rate->high, 1);
  EXPECT_EQ(timing.sham_rate->low, 0);
  EXPECT_THAT(timing.sham_rate->high, DoubleNear(0.1089, 1e-4));
}

}  // namespace
}  // namespace brewproof
