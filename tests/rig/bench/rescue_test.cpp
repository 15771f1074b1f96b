#include "rig/bench/rescue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/bench/scripted_devices.h"

namespace brewproof {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::int64_t second = 1'000'000'000;

class RescueTest : public ::testing::Test {
 protected:
  RescueTest() {
    testing::current_scene = &scene;
    started = scene.clock.now().raw_ns;
    Condition idle;
    idle.control = "watts";
    idle.below = 30;
    idle.hold = 2s;
    file.ready = {idle};
  }

  std::vector<RescuedDevice> rescue(bool emergency) {
    Rescue work(file, testing::scripted_drivers(), scene.clock, 10s, hurry);
    return emergency ? work.cut() : work.stop();
  }
  double seconds() const {
    return static_cast<double>(scene.clock.now().raw_ns - started) / second;
  }
  const RescuedDevice& panel(const std::vector<RescuedDevice>& devices) const {
    for (const RescuedDevice& device : devices)
      if (device.resource == "panel") return device;
    throw std::runtime_error("no panel");
  }

  testing::Scene scene;
  BenchFile file = testing::scripted_bench();
  std::atomic<int> hurry{0};
  std::int64_t started = 0;
};

TEST_F(RescueTest, SwitchesEverythingOffAndClosesThePaymentSession) {
  scene.outputs = {{1, true}, {2, true}, {4, true}};
  const auto devices = rescue(false);
  EXPECT_THAT(scene.log, ElementsAre("deny", "all off"));
  for (const RescuedDevice& device : devices) EXPECT_TRUE(device.safe) << device.resource;
  EXPECT_EQ(panel(devices).outputs.size(), 3U);
  EXPECT_EQ(panel(devices).outputs[0].reported, false);
  EXPECT_EQ(panel(devices).rounds, 1);
}

TEST_F(RescueTest, AStuckContactIsCommandedThreeTimesAndNamed) {
  scene.outputs[2] = true;
  scene.stuck_channel = 2;
  const auto devices = rescue(true);
  EXPECT_FALSE(panel(devices).safe);
  EXPECT_EQ(panel(devices).rounds, 3);
  EXPECT_THAT(panel(devices).fault->message,
              HasSubstr("panel/2 was commanded off and the board reports on"));
}

TEST_F(RescueTest, ABoardThatIsGoneIsTriedAgainUntilPatienceEnds) {
  scene.outputs[1] = true;
  scene.commands_until_failure = 0;
  Rescue work(file, testing::scripted_drivers(), scene.clock, 10s, hurry);
  EXPECT_FALSE(panel(work.cut()).safe);
  EXPECT_GE(seconds(), 10);
  EXPECT_LT(seconds(), 11);
  scene.commands_until_failure = -1;
  EXPECT_TRUE(panel(work.cut()).safe);
  EXPECT_FALSE(scene.outputs[1]);
}

TEST_F(RescueTest, AMissingReaderKeepsNoContactClosed) {
  scene.outputs[1] = true;
  file.resources.at("reader").driver = "unknown";
  const auto devices = rescue(true);
  EXPECT_TRUE(panel(devices).safe);
  EXPECT_FALSE(scene.outputs[1]);
  EXPECT_FALSE(devices.front().safe);
}

// espresso is a button, latte drives the pump: channels of one board.
class RescuePump : public RescueTest {
 protected:
  RescuePump() {
    file.controls.at("latte").drives = ControlConfig::Drives::pump;
    scene.outputs = {{1, true}, {2, true}};
    scene.watts = [this](const testing::Scene&) { return seconds() < 7 ? 1200.0 : 5.0; };
    scene.on_log = [this](const std::string& line) {
      if (line == "off 1") released_after = seconds();
      if (line == "all off") cut_after = seconds();
    };
  }
  double released_after = -1, cut_after = -1;
};

TEST_F(RescuePump, TheStopReleasesButtonsAtOnceAndThePumpWhenTheMachineIsIdle) {
  const auto devices = rescue(false);
  EXPECT_TRUE(panel(devices).safe);
  EXPECT_LT(released_after, 0.1);
  EXPECT_GE(cut_after, 9);  // 7 s of brewing, idle for 2 s
  EXPECT_LT(cut_after, 9.5);
  EXPECT_THAT(scene.log, Not(Contains(HasSubstr("on "))));
}

TEST_F(RescuePump, TheStopWaitsNoLongerThanTheFileSays) {
  scene.watts = [](const testing::Scene&) { return 1200.0; };
  file.finish = 20s;
  EXPECT_TRUE(panel(rescue(false)).safe);
  EXPECT_NEAR(cut_after, 20, 0.5);
}

TEST_F(RescuePump, APumpThatIsOffIsNotWaitedFor) {
  scene.outputs[2] = false;
  EXPECT_TRUE(panel(rescue(false)).safe);
  EXPECT_LT(cut_after, 0.5);
}

TEST_F(RescuePump, TheEmergencyCutsAtOnce) {
  EXPECT_TRUE(panel(rescue(true)).safe);
  EXPECT_LT(cut_after, 0.1);
}

TEST_F(RescuePump, ASecondRequestEndsTheWaiting) {
  hurry = 1;
  EXPECT_TRUE(panel(rescue(false)).safe);
  EXPECT_LT(cut_after, 0.5);
}

}  // namespace
}  // namespace brewproof
