#include "rig/proof/spike.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rig/model/spike.h"
#include "tests/rig/proof/synthetic_world.h"

namespace brewproof {
namespace {

using synthetic::ms;
using synthetic::World;
using ::testing::IsEmpty;

constexpr int copies = 5;

std::vector<SpikeRecovery> measured(const ProofInput& input) {
  return measure_sensitivity(input, {copies});
}

int recovered(const std::vector<SpikeRecovery>& spikes, const std::string& event, SpikeForm form,
              bool like_another = false) {
  for (const SpikeRecovery& spike : spikes)
    if (spike.event == event && spike.form == form && spike.like.has_value() == like_another)
      return spike.recovered;
  ADD_FAILURE() << "there is no " << spike_word(form) << " of " << event;
  return -1;
}

// A machine that says nothing of its brews.
World silent_world(std::uint64_t seed, int blocks = 4) {
  World world(seed);
  world.deal({"brew"}, blocks);
  synthetic::add_background(world);
  return world;
}

TEST(Spike, SixteenActsFindWhatAlwaysFollowsThem) {
  const auto spikes = measured(silent_world(7).input);
  EXPECT_EQ(recovered(spikes, "brew", SpikeForm::immediate), copies);
  EXPECT_EQ(recovered(spikes, "brew", SpikeForm::delayed), copies);
  EXPECT_EQ(recovered(spikes, "brew", SpikeForm::batched), copies);
}

// 30 % of 16 acts are five: p = 0.02 at best.
TEST(Spike, SixteenActsAreTooFewForOneThatComesWithThreeOfTen) {
  EXPECT_EQ(recovered(measured(silent_world(7).input), "brew", SpikeForm::sampled), 0);
}

TEST(Spike, SixtyFourAreNot) {
  EXPECT_EQ(recovered(measured(silent_world(7, 16).input), "brew", SpikeForm::sampled), copies);
}

TEST(Spike, OneBlockFindsNothing) {
  for (const SpikeRecovery& spike : measured(silent_world(7, 1).input)) {
    EXPECT_EQ(spike.recovered, 0) << spike_word(spike.form);
    EXPECT_FALSE(covered(spike));
  }
}

// What comes most often by itself is the heartbeat.
TEST(Spike, IsPlantedAsOneMoreOfTheCommonestMessageToo) {
  const auto spikes = measured(silent_world(7).input);
  EXPECT_EQ(std::ranges::count_if(
                spikes, [](const SpikeRecovery& spike) { return spike.like.has_value(); }),
            3);  // not of batches
  for (const SpikeRecovery& spike : spikes)
    if (spike.like) {
      EXPECT_EQ(spike.like->message, "PUBLISH kiosk/{}/hb");
      EXPECT_EQ(spike.like->destination.name, "mqtt.kiosk.example");
    }
  EXPECT_EQ(recovered(spikes, "brew", SpikeForm::sampled, true), 0);
}

TEST(Spike, IsPlantedForEachEventAndNeverAsWhatThatEventSends) {
  World world(7);
  synthetic::kiosk(world);
  const Proof before = attribute(world.input);
  const auto spikes = measured(world.input);
  EXPECT_EQ(spikes.size(), 14u);
  EXPECT_EQ(recovered(spikes, "pay", SpikeForm::immediate), copies);
  EXPECT_EQ(recovered(spikes, "brew", SpikeForm::immediate), copies);
  for (const SpikeRecovery& spike : spikes)
    for (const Finding& finding : before.findings)
      if (spike.like && finding.event == spike.event) {
        EXPECT_NE(finding.message, spike.like->message);
      }
}

TEST(Spike, TheSameRunGivesTheSameNumbers) {
  const World world = silent_world(7);
  EXPECT_EQ(measured(world.input), measured(world.input));
}

TEST(Spike, TellsOfEachCopy) {
  const World world = silent_world(7);
  std::vector<int> told;
  int all = 0;
  (void)measure_sensitivity(world.input, {2, [&](int done, int of) {
                                            told.push_back(done);
                                            all = of;
                                          }});
  EXPECT_EQ(all, 14);  // four forms, three of them twice
  EXPECT_EQ(told.size(), 14u);
  EXPECT_EQ(told.back(), 14);
  EXPECT_THAT(measure_sensitivity(world.input, {0}), IsEmpty());
}

// The last batch would come after the capture had ended, and so would what is late.
TEST(Spike, WhatTheCaptureWouldNotHoldIsNotPlanted) {
  World world = silent_world(7);
  world.input.capture_end_ns = world.input.trials.front().origin_ns();
  for (const SpikeRecovery& spike : measured(world.input))
    EXPECT_EQ(spike.recovered, 0) << spike_word(spike.form);
}

TEST(Spike, MoreThanAShareOfUnconfirmedActsFindNothing) {
  World world = silent_world(7);
  for (Trial* trial : world.trials_of("brew", false)) trial->status = TrialStatus::unconfirmed;
  for (const SpikeRecovery& spike : measured(world.input)) EXPECT_EQ(spike.recovered, 0);
}

// A run that its own rule ended is asked by bets, as its findings are.
TEST(Spike, OfARunThatItsRuleEndedTheBetsAreAsked) {
  World world(7);
  world.deal({"brew"}, 4);
  synthetic::add_background(world);
  world.input.design.stop = StopRule{};
  world.input.design.events["brew"].observe_ns = 350 * ms;
  world.input.stopped = look_early(world.input);
  const auto spikes = measured(world.input);
  EXPECT_EQ(recovered(spikes, "brew", SpikeForm::immediate), copies);
  EXPECT_EQ(recovered(spikes, "brew", SpikeForm::sampled), 0);
}

TEST(Spike, NoneSeenSaysWhatItDoesNotCover) {
  const SpikeRecovery found{"brew", SpikeForm::immediate, std::nullopt, 20, 18};
  const SpikeRecovery missed{"brew", SpikeForm::sampled, std::nullopt, 20, 17};
  const SpikeRecovery others{"pay", SpikeForm::batched, std::nullopt, 20, 0};
  std::vector<NoneSeen> none{{"brew"}, {"clean"}};
  limit_none_seen(none, {});
  EXPECT_FALSE(none[0].not_covered);
  limit_none_seen(none, {found, missed, others});
  EXPECT_EQ(none[0].not_covered, std::vector{missed});
  EXPECT_EQ(none[1].not_covered, std::vector<SpikeRecovery>{});
}

TEST(Spike, IsReadBackAsItWasWritten) {
  SpikeRecovery spike{"brew", SpikeForm::batched, std::nullopt, 20, 17};
  EXPECT_EQ(read_spike(spike_json(spike)), spike);
  EXPECT_EQ(spike_json(spike)["covered"], false);
  spike.like = {{"a.example", "203.0.113.9", 80}, "http", "GET /a"};
  EXPECT_EQ(read_spike(spike_json(spike)), spike);
  EXPECT_EQ(read_spike({{"event", "brew"}, {"form", "sudden"}}), std::nullopt);
}

}  // namespace
}  // namespace brewproof
