#include "rig/guardian/watch.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <csignal>
#include <thread>

#include "rig/model/stop.h"

namespace brewproof {
namespace {

using namespace std::chrono_literals;

class WatchTest : public ::testing::Test {
 protected:
  WatchTest() {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    guardian_end = Descriptor(ends[0]);
    controller_end = Descriptor(ends[1]);
  }
  void say(const std::string& text) const {
    ASSERT_EQ(::write(controller_end.number(), text.data(), text.size()),
              static_cast<ssize_t>(text.size()));
  }
  std::optional<Alarm> wait(const Descriptor& controller = {}) const {
    return wait_for_alarm(guardian_end.number(), controller, signals);
  }
  std::chrono::milliseconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                 started);
  }

  Descriptor guardian_end, controller_end;
  std::atomic<int> signals{0};
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
};

TEST_F(WatchTest, AGoodbyeIsNoAlarm) {
  say("beat\nbeat\nbye\n");
  controller_end.close();
  EXPECT_FALSE(wait());
}

TEST_F(WatchTest, TheEndOfThePipeIsAnAlarmAtOnce) {
  say("beat\n");
  controller_end.close();
  const auto alarm = wait();
  ASSERT_TRUE(alarm);
  EXPECT_EQ(alarm->why, "the controller ended");
  EXPECT_FALSE(alarm->emergency);
  EXPECT_FALSE(alarm->controller_lives);
}

TEST_F(WatchTest, TheEndOfTheControllerIsAnAlarmEvenWhereSomebodyHoldsThePipe) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  const Descriptor process(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  const auto alarm = wait(process);
  ::waitpid(child, nullptr, 0);
  ASSERT_TRUE(alarm);
  EXPECT_EQ(alarm->why, "the controller ended");
}

TEST_F(WatchTest, FourBeatsThatDoNotComeAreAnAlarm) {
  say("beat\n");
  const auto alarm = wait();
  ASSERT_TRUE(alarm);
  EXPECT_EQ(alarm->why, "the controller's heartbeat stopped");
  EXPECT_TRUE(alarm->controller_lives);
  EXPECT_GE(elapsed(), 395ms);
  EXPECT_LT(elapsed(), 3s);
}

TEST_F(WatchTest, LateBeatsAreNone) {
  std::jthread controller([this] {
    for (int i = 0; i < 8; ++i) {
      std::this_thread::sleep_for(150ms);
      say(i % 2 == 0 ? "be" : "at\n");  // a beat every 300 ms, in two pieces
    }
    say("bye\n");
  });
  EXPECT_FALSE(wait());
}

TEST_F(WatchTest, NoiseIsNoBeat) {
  std::jthread controller([this] {
    for (int i = 0; i < 20; ++i) {
      say("beatbeat");
      std::this_thread::sleep_for(50ms);
    }
  });
  const auto alarm = wait();
  ASSERT_TRUE(alarm);
  EXPECT_EQ(alarm->why, "the controller's heartbeat stopped");
}

TEST_F(WatchTest, AnEmergencyIsToldApart) {
  say("emergency\n");
  const auto alarm = wait();
  ASSERT_TRUE(alarm);
  EXPECT_TRUE(alarm->emergency);
  EXPECT_TRUE(alarm->controller_lives);
}

TEST_F(WatchTest, AControllerThatLetGoIsNotKilled) {
  say("beat\ntake over\n");
  const auto alarm = wait();
  ASSERT_TRUE(alarm);
  EXPECT_TRUE(alarm->let_go);
  EXPECT_FALSE(alarm->emergency);
}

TEST_F(WatchTest, SignalsAreAlarms) {
  signals = 1;
  EXPECT_EQ(wait()->emergency, false);
  signals = stop_in_emergency;
  EXPECT_EQ(wait()->emergency, true);
}

}  // namespace
}  // namespace brewproof
