#include "rig/proof/early_stop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "rig/proof/explain.h"
#include "tests/rig/proof/synthetic_world.h"

namespace brewproof {
namespace {

using synthetic::ms;
using synthetic::World;
using ::testing::Contains;
using ::testing::HasSubstr;

/// Windows that end within the observation of 350 ms.
World world_with_rule(std::uint64_t seed, const std::vector<std::string>& events, int blocks) {
  World world(seed);
  world.deal(events, blocks);
  for (auto& [name, event] : world.input.design.events) event.observe_ns = 350 * ms;
  world.input.design.stop = StopRule{};
  return world;
}

void answer(World& world, const std::string& event, std::uint64_t of_a_hundred = 100) {
  for (const Trial* trial : world.trials_of(event, false))
    if (world.generator.below(100) < of_a_hundred)
      world.send(trial->origin_ns() + 50 * ms, "a.x.example", 80, "http", "POST /" + event);
}

/// What a run with this many blocks would have been.
ProofInput first_blocks(const World& world, int blocks) {
  ProofInput input = world.input;
  std::erase_if(input.trials, [&](const Trial& trial) { return *trial.block > blocks; });
  const std::int64_t over = input.trials.back().end_ns;
  std::erase_if(input.messages, [&](const KeptMessage& message) { return message.time_ns > over; });
  input.capture_end_ns = over;
  return input;
}

/// The border at which the rule ends the run; 0: none.
int stopped_after(const World& world, int blocks) {
  for (int b = 1; b < blocks; ++b)
    if (look_early(first_blocks(world, b)).may_stop(*world.input.design.stop)) return b;
  return 0;
}

// One pattern in all windows: its share is 1/2 of the rule's 1/2. After a block e = (70 + (60.16 +
// 36.9 + 12.1) / 3) / 2 = 53.2 or less, 1/4 of it far below 200; after two 1/4 x 2,450 is above.
TEST(EarlyStop, OneMessageThatAlwaysFollowsIsDecidedAfterTwoBlocks) {
  World world = world_with_rule(1, {"pay"}, 4);
  answer(world, "pay");
  const EarlyLook first = look_early(first_blocks(world, 1));
  EXPECT_FALSE(first.may_stop({}));
  EXPECT_DOUBLE_EQ(first.events[0].best.share, 0.25);
  const EarlyLook second = look_early(first_blocks(world, 2));
  EXPECT_TRUE(second.may_stop({}));
  EXPECT_EQ(second.blocks, 2);
  EXPECT_EQ(second.events[0].event, "pay");
  EXPECT_DOUBLE_EQ(second.events[0].best.share, 0.25);
  EXPECT_GT(second.events[0].best.ln_e, std::log(0.5 * 4900));
  EXPECT_FALSE(second.may_stop({.least_blocks = 3}));
}

TEST(EarlyStop, AMessageOfNineInTenActsAmongOthersIsDecidedBeforeMostPlansEnd) {
  int stopped = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    World world = world_with_rule(seed, {"pay"}, 7);
    answer(world, "pay", 90);
    synthetic::add_background(world);
    stopped += stopped_after(world, 7) > 0 ? 1 : 0;
  }
  EXPECT_GE(stopped, 18);
}

TEST(EarlyStop, WaitsForEveryEventThatHasASham) {
  World world = world_with_rule(1, {"brew", "pay"}, 6);
  answer(world, "pay");
  const EarlyLook look = look_early(world.input);
  ASSERT_EQ(look.events.size(), 2u);
  EXPECT_FALSE(decides(look.events[0].best, look.level));
  EXPECT_TRUE(decides(look.events[1].best, look.level));
  EXPECT_FALSE(look.may_stop({}));
  std::erase_if(world.input.trials,
                [](const Trial& trial) { return trial.event == "brew" && trial.sham; });
  EXPECT_TRUE(look_early(world.input).may_stop({}));
}

TEST(EarlyStop, WithoutAnEventThatHasAShamNothingEverStops) {
  World world = world_with_rule(1, {"pay"}, 4);
  answer(world, "pay");
  std::erase_if(world.input.trials, [](const Trial& trial) { return trial.sham; });
  EXPECT_FALSE(look_early(world.input).may_stop({}));
}

TEST(EarlyStop, ABlockThatLostATrialIsAsIfItHadNotBeen) {
  World world = world_with_rule(1, {"pay"}, 3);
  answer(world, "pay");
  ProofInput damaged = world.input;
  damaged.trials[10].status = TrialStatus::excluded;
  const EarlyLook look = look_early(damaged);
  EXPECT_EQ(look.blocks, 2);
  ASSERT_FALSE(look.events[0].stakes.shares().empty());
  for (const auto& [pattern, share] : look.events[0].stakes.shares())
    EXPECT_EQ(pattern.size(), 2u * 9);
  EXPECT_TRUE(look.may_stop({}));
}

// Its message could come after the border of the block.
TEST(EarlyStop, LooksOnlyAtWindowsThatEndWithTheObservation) {
  Design design;
  design.windows = {{0, 100}, {100, 300}, {300, 500}};
  design.events["a"].observe_ns = 400;
  design.events["b"].observe_ns = 300;
  EXPECT_THAT(stop_windows(design),
              ::testing::ElementsAre(Window{0, 100}, Window{100, 300}, Window{0, 300}));
  design.events["b"].observe_ns = 99;
  EXPECT_TRUE(stop_windows(design).empty());
}

TEST(EarlyStop, WhatComesAfterTheBorderChangesNothingThatWasDecided) {
  World world = world_with_rule(5, {"pay"}, 6);
  answer(world, "pay");
  synthetic::add_background(world);
  // Two kinds of messages, until so many of them come that they are one.
  const auto get = [&](std::int64_t t, char letter) {
    return world.send(t, "b.x.example", 80, "http", std::string("GET /item/a") + letter);
  };
  for (std::size_t i = 0; i < 6; ++i)
    get(world.input.trials[3 * i].origin_ns() + ms, i % 2 == 0 ? 'a' : 'b');
  const ProofInput then = first_blocks(world, 3);
  ProofInput later = then;
  for (char letter = 'c'; letter <= 'z'; ++letter)
    later.messages.push_back(get(then.trials.back().end_ns + (letter - 'c') * ms, letter));
  const EarlyLook a = look_early(then), b = look_early(later);
  EXPECT_EQ(a.events[0].best.ln_e, b.events[0].best.ln_e);
  EXPECT_EQ(a.events[0].best.share, b.events[0].best.share);
  EXPECT_EQ(a.events[0].stakes.shares(), b.events[0].stakes.shares());
  std::reverse(later.messages.begin(), later.messages.end());
  EXPECT_EQ(look_early(later).events[0].stakes.shares(), a.events[0].stakes.shares());
}

TEST(EarlyStop, AStoppedRunClaimsByItsBetsAndSaysSo) {
  World world = world_with_rule(3, {"brew", "pay"}, 8);
  answer(world, "brew");
  answer(world, "pay");
  synthetic::add_background(world);
  const int blocks = stopped_after(world, 8);
  ASSERT_GT(blocks, 0);
  ASSERT_LT(blocks, 8);
  ProofInput input = first_blocks(world, blocks);
  input.stopped = look_early(input);
  const Proof proof = attribute(input);
  EXPECT_TRUE(proof.reasons.empty());
  EXPECT_THAT(proof.law, HasSubstr("by bets on the lots until they were decided"));
  ASSERT_EQ(proof.findings.size(), 2u);
  for (const Finding& finding : proof.findings) {
    ASSERT_TRUE(finding.timing && finding.timing->e_value);
    const EValue& value = *finding.timing->e_value;
    EXPECT_NEAR(finding.timing->p, std::exp(-value.ln_e), 1e-12);
    EXPECT_NEAR(finding.timing->p_adjusted, std::exp(-value.ln_e) / value.share, 1e-9);
    EXPECT_LE(finding.timing->p_adjusted, 0.005);
    EXPECT_LE(value.share, 0.25);
  }
  const std::string why = arithmetic(input, "F1");
  EXPECT_THAT(why, HasSubstr("p_adjusted = min(1, 1/(share x e))"));
  EXPECT_THAT(why, HasSubstr("timing's share of alpha 0.01 is 0.005: claimed"));
}

// What the journal says of the stop and what the messages show must be the same.
TEST(EarlyStop, AStopThatTheMessagesDoNotBearOutIsInDoubt) {
  World world = world_with_rule(3, {"pay"}, 4);
  synthetic::add_background(world);
  world.input.stopped = look_early(world.input);
  const Proof proof = attribute(world.input);
  EXPECT_THAT(proof.reasons, Contains("stop-undecided"));
  EXPECT_TRUE(proof.findings.empty());
}

TEST(EarlyStop, ARunThatNothingStoppedHasTheOtherHalfOfTheLevel) {
  World world = world_with_rule(3, {"pay"}, 2);  // 1/4,900: at most one test of a family survives
  answer(world, "pay");
  world.input.design.alpha = 0.008;
  world.input.design.draws = 299;  // 1/300 = 0.0033: at half of alpha, not at a quarter
  EXPECT_THAT(attribute(world.input).reasons, Contains("too-few-draws"));
  world.input.design.stop.reset();
  const Proof proof = attribute(world.input);
  EXPECT_TRUE(proof.reasons.empty());
  EXPECT_EQ(proof.findings.size(), 1u);
  EXPECT_EQ(proof.law, "blocks of 4+4");
}

}  // namespace
}  // namespace brewproof
