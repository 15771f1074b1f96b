#include "rig/bench/bench.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/bench/scripted_devices.h"

namespace brewproof {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class BenchTest : public ::testing::Test {
 protected:
  BenchTest() { testing::current_scene = &scene; }

  std::unique_ptr<Bench> open() {
    auto bench = Bench::open(file, testing::scripted_drivers(), scene.clock, {});
    EXPECT_TRUE(bench) << (bench ? "" : bench.error().message);
    return std::move(*bench);
  }

  testing::Scene scene;
  BenchFile file = testing::scripted_bench();
  Wait sleep = [this](std::int64_t raw_ns) -> Result<void> {
    scene.clock.sleep_until(raw_ns);
    return {};
  };
};

TEST_F(BenchTest, APressClosesAndOpensTheContactForItsPressTime) {
  auto bench = open();
  const auto press = bench->press("espresso", sleep);
  ASSERT_TRUE(press) << press.error().message;
  EXPECT_THAT(scene.log, ElementsAre("on 1", "off 1"));
  EXPECT_EQ(press->off->before_write.raw_ns - press->on.after_drain.raw_ns, 60'000'000);
  EXPECT_EQ(press->reported_on, true);
  EXPECT_EQ(press->reported_off, false);
}

TEST_F(BenchTest, ABoardThatTimesPulsesIsGivenOneCommandAPress) {
  auto bench = open();
  scene.times_pulses = true;
  const auto press = bench->press("espresso", sleep);
  ASSERT_TRUE(press) << press.error().message;
  EXPECT_THAT(scene.log, ElementsAre("pulse 1 60"));
  EXPECT_FALSE(press->off);
  EXPECT_EQ(press->reported_on, true);
  EXPECT_EQ(press->reported_off, false);
  EXPECT_EQ(bench->exchanges_of_press("espresso"), 3);
}

TEST_F(BenchTest, APressBetweenTheBoardsStepsIsTimedByTheHost) {
  auto bench = open();
  scene.times_pulses = true;
  file.controls.at("espresso").press = std::chrono::milliseconds(70);
  ASSERT_TRUE(bench->press("espresso", sleep));
  EXPECT_THAT(scene.log, ElementsAre("on 1", "off 1"));
  EXPECT_EQ(bench->exchanges_of_press("espresso"), 4);
}

// A board may time some of its channels only.
TEST_F(BenchTest, AChannelThatItsBoardDoesNotTimeIsTimedByTheHostAndGuarded) {
  auto bench = open();
  scene.times_pulses = true;
  scene.untimed_channel = 1;
  ASSERT_TRUE(bench->press("espresso", sleep));
  EXPECT_THAT(scene.log, ElementsAre("on 1", "off 1"));
  EXPECT_EQ(bench->marks().at("espresso"), Mark::guarded);
  EXPECT_EQ(bench->marks().at("latte"), Mark::board_timed);
}

TEST_F(BenchTest, APulseThatTheBoardDoesNotEndIsCommandedOffAndAnInterlockFault) {
  auto bench = open();
  scene.times_pulses = true;
  scene.stuck_channel = 1;
  const auto press = bench->press("espresso", sleep);
  ASSERT_FALSE(press);
  EXPECT_EQ(press.error().code, ErrorCode::interlock);
  EXPECT_THAT(scene.log, ElementsAre("pulse 1 60", "off 1"));
}

TEST_F(BenchTest, AStopInMidPulseCommandsOff) {
  auto bench = open();
  scene.times_pulses = true;
  ASSERT_FALSE(bench->press("espresso", [](std::int64_t) -> Result<void> {
    return fail(ErrorCode::interrupted, "stop");
  }));
  EXPECT_FALSE(scene.outputs[1]);
}

TEST_F(BenchTest, AStopInMidPressOpensTheContact) {
  auto bench = open();
  const auto press = bench->press("espresso", [](std::int64_t) -> Result<void> {
    return fail(ErrorCode::interrupted, "stop");
  });
  ASSERT_FALSE(press);
  EXPECT_FALSE(scene.outputs[1]);
}

TEST_F(BenchTest, AStuckRelayStopsThePressAndNamesTheOutput) {
  auto bench = open();
  scene.stuck_channel = 2;
  const auto press = bench->press("latte", sleep);
  ASSERT_FALSE(press);
  EXPECT_EQ(press.error().code, ErrorCode::interlock);
  EXPECT_THAT(press.error().message,
              HasSubstr("panel/2 was commanded on and the board reports off"));
}

TEST_F(BenchTest, AFailedOffIsTriedAgain) {
  auto bench = open();
  int offs = 0;
  scene.on_log = [&](const std::string& line) {
    if (line == "on 1") scene.commands_until_failure = 0;
    if (line.starts_with("off") || line == "all off") ++offs;
  };
  const auto press = bench->press("espresso", [&](std::int64_t) -> Result<void> { return {}; });
  ASSERT_FALSE(press);
  EXPECT_EQ(press.error().code, ErrorCode::io);
  EXPECT_EQ(offs, 0);
  scene.commands_until_failure = -1;  // the board comes back: the bench's end makes it safe
  bench.reset();
  EXPECT_THAT(scene.log, Contains("all off"));
  EXPECT_FALSE(scene.outputs[1]);
}

TEST_F(BenchTest, APressThatLastsLongerThanMaxOnIsAnInterlockFault) {
  auto bench = open();
  const auto press = bench->press("espresso", [this](std::int64_t raw_ns) -> Result<void> {
    scene.clock.sleep_until(raw_ns);
    scene.clock.advance(std::chrono::milliseconds(600));  // a station that hangs
    return {};
  });
  ASSERT_FALSE(press);
  EXPECT_EQ(press.error().code, ErrorCode::interlock);
  EXPECT_THAT(press.error().message, HasSubstr("longer than its max_on of 500 ms"));
  EXPECT_FALSE(scene.outputs[1]);
}

TEST_F(BenchTest, MinimumOffTimeForbidsASecondPressThatComesTooEarly) {
  file.controls.at("espresso").min_off = std::chrono::milliseconds(200);
  auto bench = open();
  ASSERT_TRUE(bench->press("espresso", sleep));
  const auto again = bench->press("espresso", sleep);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::interlock);
  scene.clock.advance(std::chrono::milliseconds(250));
  EXPECT_TRUE(bench->press("espresso", sleep));
}

TEST_F(BenchTest, NeedsForbidsAnOutputWhoseConditionIsOff) {
  file.controls.at("espresso").needs = {"latte"};
  auto bench = open();
  const auto press = bench->press("espresso", sleep);
  ASSERT_FALSE(press);
  EXPECT_THAT(press.error().message, HasSubstr("needs latte to be on"));
  EXPECT_TRUE(scene.log.empty());
}

TEST_F(BenchTest, MakeSafeReportsAnOutputThatStaysOn) {
  auto bench = open();
  scene.outputs[2] = true;
  scene.stuck_channel = 2;
  const auto states = bench->make_safe();
  ASSERT_FALSE(states);
  EXPECT_EQ(states.error().code, ErrorCode::interlock);
  EXPECT_THAT(states.error().message, HasSubstr("panel/2"));
}

TEST_F(BenchTest, MakeSafeClosesAPaymentSession) {
  auto bench = open();
  ASSERT_TRUE(bench->make_safe());
  EXPECT_THAT(scene.log, Contains("deny"));
  EXPECT_THAT(scene.log, Contains("all off"));
}

TEST_F(BenchTest, AControlOnADeviceThatLacksItsCapabilityIsRefused) {
  file.controls.at("watts").resource = "panel";
  const auto bench = Bench::open(file, testing::scripted_drivers(), scene.clock, {});
  ASSERT_FALSE(bench);
  EXPECT_EQ(bench.error().code, ErrorCode::bad_file);
}

TEST_F(BenchTest, EachOutputSaysWhoOpensItsContact) {
  EXPECT_EQ(open()->marks().at("espresso"), Mark::guarded);
  file.guardian = false;
  EXPECT_EQ(open()->marks().at("espresso"), Mark::unguarded);
  scene.times_pulses = true;
  file.controls.at("latte").press = std::chrono::milliseconds(70);  // between the board's steps
  EXPECT_EQ(open()->marks().at("espresso"), Mark::board_timed);
  EXPECT_EQ(open()->marks().at("latte"), Mark::unguarded);
  EXPECT_FALSE(open()->marks().contains("watts"));
}

TEST_F(BenchTest, AHeaterThatNobodyGuardsIsNotOpened) {
  file.guardian = false;
  file.controls.at("latte").drives = ControlConfig::Drives::heater;
  const auto bench = Bench::open(file, testing::scripted_drivers(), scene.clock, {});
  ASSERT_FALSE(bench);
  EXPECT_EQ(bench.error().code, ErrorCode::bad_file);
  EXPECT_THAT(bench.error().message, HasSubstr("bench.yaml:1:1: control latte"));
  scene.times_pulses = true;
  EXPECT_TRUE(Bench::open(file, testing::scripted_drivers(), scene.clock, {}));
}

// What a guardian behind the bench is told; -1 stands for a contact's command.
TEST_F(BenchTest, APressIsToldBeforeItAndTakenBackAfterIt) {
  std::vector<int> told;
  auto bench = Bench::open(file, testing::scripted_drivers(), scene.clock, {},
                           [&](std::chrono::milliseconds at_most) {
                             told.push_back(static_cast<int>(at_most.count()));
                           });
  ASSERT_TRUE(bench);
  scene.on_log = [&](const std::string&) { told.push_back(-1); };
  ASSERT_TRUE((*bench)->press("espresso", sleep));
  EXPECT_THAT(told, ElementsAre(1000, -1, -1, 0));  // max_on and time for the read-back
}

TEST_F(BenchTest, APressThatFailedIsNotTakenBackBeforeAllIsSafe) {
  std::vector<int> told;
  auto bench = Bench::open(file, testing::scripted_drivers(), scene.clock, {},
                           [&](std::chrono::milliseconds at_most) {
                             told.push_back(static_cast<int>(at_most.count()));
                           });
  ASSERT_TRUE(bench);
  scene.stuck_channel = 1;
  ASSERT_FALSE((*bench)->press("espresso", sleep));
  EXPECT_THAT(told, ElementsAre(1000));
  ASSERT_TRUE((*bench)->make_safe());
  EXPECT_THAT(told, ElementsAre(1000, 0));
}

TEST(Allowance, TakesNothingWhereALimitWouldBeExceeded) {
  Limits limits;
  limits.cups = 2;
  limits.money = Money{500, "EUR"};
  Allowance allowance(limits, 0);
  EXPECT_TRUE(allowance.take(1, 1, 400, 0));
  const auto second = allowance.take(1, 1, 101, 0);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::interlock);
  EXPECT_EQ(allowance.cups(), 1);
  EXPECT_EQ(allowance.money_minor(), 400);
  EXPECT_TRUE(allowance.take(1, 1, 100, 0));
  EXPECT_FALSE(allowance.take(1, 0, 0, 0));
}

TEST(Allowance, WallClockEndsEverything) {
  Limits limits;
  limits.wall_clock = std::chrono::seconds(10);
  Allowance allowance(limits, 5'000'000'000);
  EXPECT_TRUE(allowance.take(1, 0, 0, 15'000'000'000));
  EXPECT_FALSE(allowance.take(1, 0, 0, 15'000'000'001));
}

}  // namespace
}  // namespace brewproof
