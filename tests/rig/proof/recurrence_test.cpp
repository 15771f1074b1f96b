#include "rig/proof/recurrence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/proof/synthetic_world.h"

namespace brewproof {
namespace {

constexpr std::int64_t s = 1'000'000'000;
using synthetic::ms;

std::vector<std::int64_t> at(const std::vector<double>& seconds) {
  std::vector<std::int64_t> times;
  for (const double second : seconds) times.push_back(static_cast<std::int64_t>(second * 1e9));
  return times;
}

TEST(Rhythm, OfAHeartbeatIsItsPeriodAndHowFarItDeparts) {
  const Rhythm rhythm = rhythm_of(at({0, 60, 121, 180, 240}));  // gaps 60, 61, 59, 60
  EXPECT_EQ(rhythm.times, 5u);
  EXPECT_EQ(rhythm.period_ns, 60 * s);
  EXPECT_EQ(rhythm.jitter_ns, s);
  EXPECT_EQ(rhythm.longest_ns, 61 * s);
}

TEST(Rhythm, FewerThanFourTimesHaveNoPeriod) {
  for (const auto& times : {at({}), at({5}), at({5, 65}), at({5, 65, 125})}) {
    const Rhythm rhythm = rhythm_of(times);
    EXPECT_EQ(rhythm.times, times.size());
    EXPECT_FALSE(rhythm.period_ns || rhythm.jitter_ns || rhythm.longest_ns);
  }
}

// Three records, once a minute.
TEST(Rhythm, WhatComesInOneGoCountsOnce) {
  const Rhythm rhythm =
      rhythm_of(at({0, 0.1, 0.2, 60, 60.1, 60.2, 120, 120.1, 120.2, 180, 180.1, 180.2}));
  EXPECT_EQ(rhythm.times, 4u);
  EXPECT_EQ(rhythm.period_ns, 60 * s);
  EXPECT_EQ(rhythm.jitter_ns, 0);
}

// A gap that is twice the others is a missed beat, not a border between two goes.
TEST(Rhythm, AMissedBeatLengthensTheJitterOnly) {
  const Rhythm rhythm = rhythm_of(at({0, 10, 20, 40, 50, 60}));
  EXPECT_EQ(rhythm.times, 6u);
  EXPECT_EQ(rhythm.period_ns, 10 * s);
  EXPECT_EQ(rhythm.jitter_ns, 10 * s);
  EXPECT_EQ(rhythm.longest_ns, 20 * s);
}

TEST(Rhythm, TwoMessagesOfOneMomentAreOneGo) {
  const Rhythm rhythm = rhythm_of(at({0, 0, 30, 30, 60, 60, 90, 90}));
  EXPECT_EQ(rhythm.times, 4u);
  EXPECT_EQ(rhythm.period_ns, 30 * s);
}

class Background : public ::testing::Test {
 protected:
  Background() {
    plan.drain_ns = 2 * s;
    plan.design.events["brew"].observe_ns = 6 * s;
  }
  void beat(const std::string& message, double period_s, int times) {
    for (int i = 0; i < times; ++i)
      world.send(synthetic::start + static_cast<std::int64_t>(i * period_s * 1e9), "a.example",
                 1883, "mqtt", message, {}, 1);
  }
  Soak measured() {
    return measure_background(world.input.messages, world.input.identities, 600 * s, plan);
  }
  synthetic::World world{1};
  Plan plan;
};

TEST_F(Background, HasEachKindTheCommonestFirst) {
  beat("PINGREQ", 61.234, 9);
  beat("PUBLISH kiosk/KD00412/hb", 10, 60);
  beat("PUBLISH kiosk/KD00412/boot", 1, 1);
  const Soak soak = measured();
  EXPECT_EQ(soak.lasted_ns, 600 * s);
  ASSERT_EQ(soak.kinds.size(), 3u);
  EXPECT_EQ(soak.kinds[0].message, "PUBLISH kiosk/{}/hb");
  EXPECT_EQ(soak.kinds[0].count, 60u);
  EXPECT_EQ(soak.kinds[0].period_ns, 10 * s);
  EXPECT_EQ(soak.kinds[1].message, "PINGREQ");
  EXPECT_EQ(soak.kinds[2].times, 1u);
  EXPECT_FALSE(soak.kinds[2].period_ns);
  EXPECT_EQ(soak.background_ns, 62 * s);  // whole seconds, up
  EXPECT_EQ(soak.jitter_ns, 16 * s);      // two slots of 8 s
}

TEST_F(Background, OfAMachineThatIsSilentNothingIsDeclared) {
  EXPECT_TRUE(measured().kinds.empty());
  EXPECT_FALSE(measured().background_ns || measured().jitter_ns);
  beat("PUBLISH kiosk/KD00412/boot", 1, 1);
  EXPECT_EQ(measured().kinds.size(), 1u);
  EXPECT_FALSE(measured().background_ns);
}

TEST_F(Background, ShorterThanTwoSlotsItIsTheJitterItself) {
  beat("PUBLISH kiosk/KD00412/hb", 0.333, 60);
  EXPECT_EQ(measured().background_ns, 340 * ms);
  EXPECT_EQ(measured().jitter_ns, 340 * ms);
}

TEST_F(Background, WhatTheNetworkSaysToTheMachineIsNotItsOwn) {
  beat("PUBLISH kiosk/KD00412/hb", 10, 60);
  for (KeptMessage& message : world.input.messages) message.from_dut = false;
  EXPECT_TRUE(measured().kinds.empty());
}

}  // namespace
}  // namespace brewproof
