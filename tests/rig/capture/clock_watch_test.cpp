#include "rig/capture/clock_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brewproof {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(ClockWatch, ReportsEachPair) {
  VirtualClock clock({1'000'000'000, 1'760'000'000'000'000'000});
  ClockWatch watch(clock);
  clock.advance(1s);
  const auto seen = watch.observe();
  EXPECT_EQ(seen.pair.at, (Instant{2'000'000'000, 1'760'000'001'000'000'000}));
  EXPECT_FALSE(seen.damage);
}

TEST(ClockWatch, AnHourForwardDamagesAllTimesBetweenThePairs) {
  VirtualClock clock({0, 1'760'000'000'000'000'000});
  ClockWatch watch(clock);
  clock.advance(500ms);
  clock.step(1h);
  clock.advance(500ms);
  const auto seen = watch.observe();
  ASSERT_TRUE(seen.damage);
  EXPECT_EQ(seen.damage->reason, "clock-step");
  EXPECT_THAT(seen.damage->text, HasSubstr("3600.000 s"));
  EXPECT_EQ(seen.damage->from_real_ns, 1'760'000'000'000'000'000);
  EXPECT_EQ(seen.damage->to_real_ns, 1'760'003'601'000'000'000);
}

TEST(ClockWatch, AnHourBackDamagesBothSidesOfTheStep) {
  VirtualClock clock({0, 1'760'000'000'000'000'000});
  ClockWatch watch(clock);
  clock.advance(500ms);
  clock.step(-1h);
  clock.advance(500ms);
  const auto seen = watch.observe();
  ASSERT_TRUE(seen.damage);
  EXPECT_THAT(seen.damage->text, HasSubstr("-3600.000 s"));
  EXPECT_EQ(seen.damage->from_real_ns, 1'759'996'400'000'000'000);
  EXPECT_EQ(seen.damage->to_real_ns, 1'760'000'001'000'000'000);
}

TEST(ClockWatch, AStepIsReportedOnce) {
  VirtualClock clock;
  ClockWatch watch(clock);
  clock.step(5ms);
  EXPECT_TRUE(watch.observe().damage);
  clock.advance(1s);
  EXPECT_FALSE(watch.observe().damage);
}

TEST(ClockWatch, ABoundOfOneMillisecondHolds) {
  VirtualClock clock;
  ClockWatch watch(clock);
  clock.step(1ms);
  EXPECT_FALSE(watch.observe().damage);
  clock.step(1ms + 1ns);
  EXPECT_TRUE(watch.observe().damage);
}

TEST(ClockWatch, ADriftOf200PpmIsNoStep) {
  VirtualClock clock;
  ClockWatch watch(clock);
  for (int second = 0; second < 3600; ++second) {
    clock.advance(1s);
    clock.step(200us);
    ASSERT_FALSE(watch.observe().damage) << second;
  }
  // The same over one long silence: an hour at 200 ppm is 720 ms.
  clock.advance(1h);
  clock.step(720ms);
  EXPECT_FALSE(watch.observe().damage);
}

/// One pair torn apart by a pre-emption of 8 ms, then a healthy one.
class TornClock final : public Clock {
 public:
  Instant now() const override {
    ++reads;
    const std::int64_t torn = reads == 2 ? 8'000'000 : 0;
    return {1'000'000 * reads, 1'760'000'000'000'000'000 + 1'000'000 * reads + torn};
  }
  void sleep_until(std::int64_t) override {}
  mutable std::int64_t reads = 0;
};

TEST(ClockWatch, APairTornByABusyMachineIsReadAgain) {
  const TornClock clock;
  ClockWatch watch(clock);
  const auto seen = watch.observe();
  EXPECT_FALSE(seen.damage);
  EXPECT_EQ(seen.pair.at.raw_ns, 3'000'000);
}

}  // namespace
}  // namespace brewproof
