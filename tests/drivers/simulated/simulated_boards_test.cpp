// Each simulated serial relay board, started as a person would, with the driver it is made for:
// both sides were written from the same sources and share no code. The simulator prints what its
// contacts do, so that what a driver believes can be held against it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/drivers/simulated/noisy_line.h"
#include "tests/drivers/station.h"
#include "tests/fixtures/machine/station.h"

namespace brewproof::testing {
namespace {

using std::chrono::milliseconds;

struct Kind {
  std::string driver;
  std::map<std::string, std::string> options;  // of the driver
  std::vector<std::string> arguments;          // of the simulator
  bool reads_back = true;
  bool bare = false;  // its reading is bytes with nothing to check them by
};

// How GoogleTest shows one.
void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.driver; }

class SimulatedBoardTest : public ::testing::TestWithParam<Kind> {
 protected:
  class Started {
   public:
    Started(const Kind& kind, const std::string& link, const std::vector<std::string>& faults)
        : simulator_(arguments(kind, link, faults)) {
      EXPECT_EQ(simulator_.line(), "ready");
    }
    std::string line() { return simulator_.line(); }

   private:
    static std::vector<std::string> arguments(const Kind& kind, const std::string& link,
                                              const std::vector<std::string>& faults) {
      std::vector<std::string> all{kind.driver, "--link", link};
      all.insert(all.end(), kind.arguments.begin(), kind.arguments.end());
      for (const std::string& fault : faults) all.insert(all.end(), {"--fault", fault});
      return all;
    }
    sim::Simulator simulator_;
  };

  Started start(const std::vector<std::string>& faults = {}) {
    return {GetParam(), link(), faults};
  }
  [[nodiscard]] std::string link() const { return (folder_.path() / "board").string(); }
  // The driver, which may need some time on a loaded computer.
  std::unique_ptr<Device> open() {
    auto options = GetParam().options;
    options["port"] = link();
    auto device = station_.open(GetParam().driver, options);
    for (int again = 0; !device && again < 20; ++again)
      device = station_.open(GetParam().driver, options);
    if (device) return std::move(*device);
    ADD_FAILURE() << device.error().message;
    return nullptr;
  }

  sim::ScratchFolder folder_;
  Station station_;
};

TEST_P(SimulatedBoardTest, ObeysItsDriver) {
  auto board = start();
  const auto device = open();
  ASSERT_TRUE(device);
  Switch& relays = *device->as_switch();
  (void)relays.set(2, true);
  EXPECT_EQ(board.line(), "contact 2 closed");
  if (GetParam().reads_back) {
    EXPECT_EQ(relays.read(2).value_or(std::nullopt), true);
    EXPECT_EQ(relays.read(1).value_or(std::nullopt), false);
  }
  (void)relays.set(2, false);
  EXPECT_EQ(board.line(), "contact 2 open");
  (void)relays.set(1, true);
  EXPECT_EQ(board.line(), "contact 1 closed");
  (void)relays.all_off();
  EXPECT_EQ(board.line(), "contact 1 open");
}

TEST_P(SimulatedBoardTest, TimesAPulseItselfWhereItCan) {
  auto board = start();
  const auto device = open();
  ASSERT_TRUE(device);
  PulseSwitch* pulses = device->as_pulse_switch();
  if (pulses == nullptr) GTEST_SKIP() << "the host times its presses";
  (void)pulses->pulse(1, milliseconds(300));
  EXPECT_EQ(board.line(), "contact 1 closed");
  EXPECT_EQ(board.line(), "contact 1 open");
}

TEST_P(SimulatedBoardTest, AStuckRelayIsReadBackAsItIs) {
  if (!GetParam().reads_back) GTEST_SKIP() << "has no read-back";
  auto board = start({"stuck:2"});
  const auto device = open();
  ASSERT_TRUE(device);
  (void)device->as_switch()->set(2, true);
  EXPECT_EQ(device->as_switch()->read(2).value_or(std::nullopt), false);
}

// Read-back proves the latch only: the contact never moves and the board does not know it.
TEST_P(SimulatedBoardTest, AnInertContactIsNotSeenByReadBack) {
  if (!GetParam().reads_back) GTEST_SKIP() << "has no read-back";
  auto board = start({"inert:2"});
  const auto device = open();
  ASSERT_TRUE(device);
  (void)device->as_switch()->set(2, true);
  EXPECT_EQ(device->as_switch()->read(2).value_or(std::nullopt), true);
  (void)device->as_switch()->set(1, true);
  EXPECT_EQ(board.line(), "contact 1 closed");
}

// Under each of these a reading is right or an error, never the wrong state; the channel is off.
TEST_P(SimulatedBoardTest, AFaultyAnswerIsNeverAWrongState) {
  if (!GetParam().reads_back) GTEST_SKIP() << "has no read-back";
  for (const char* fault : {"silent@4+", "late:400@4", "truncate@4+", "truncate:1@4+", "corrupt@4+",
                            "garbage@4+", "glue@4+", "split@4+", "echo@4+"}) {
    SCOPED_TRACE(fault);
    auto board = start({fault});
    const auto device = open();
    ASSERT_TRUE(device);
    int answers = 0;
    for (int i = 0; i < 4; ++i) {
      const auto state = device->as_switch()->read(2);
      if (!state) continue;
      ++answers;
      EXPECT_EQ(*state, false);
    }
    if (std::string(fault) == "split@4+" || std::string(fault) == "echo@4+") {
      EXPECT_GT(answers, 0);
    }
  }
}

TEST_P(SimulatedBoardTest, AVanishedBoardIsAnIoError) {
  auto board = start({"vanish@4+"});
  const auto device = open();
  ASSERT_TRUE(device);
  Result<Sent> sent;
  for (int i = 0; i < 100 && sent; ++i) {
    sent = device->as_switch()->set(1, i % 2 == 0);
    PtyPeer::pause(milliseconds(10));
  }
  ASSERT_FALSE(sent);
  Result<Sent> again = device->as_switch()->all_off();
  for (int i = 0; i < 100 && again; ++i) again = device->as_switch()->all_off();
  EXPECT_FAILS(again, ErrorCode::io, "");
}

// R9 of the fault table. Channel 2 is on and channel 1 is off all the time: whatever the line does,
// a reading is right or an error, comes in time, and the next clean answer is understood.
TEST_P(SimulatedBoardTest, ANoisyLineIsNeverAWrongState) {
  if (!GetParam().reads_back) GTEST_SKIP() << "has no read-back";
  const char* wanted = std::getenv("BREWPROOF_FAULTS");
  const int frames = wanted == nullptr ? 40 : std::max(1, std::atoi(wanted));
  auto board = start();
  NoisyLine line(link(), 20261);
  auto options = GetParam().options;
  options["port"] = line.path();
  auto device = station_.open(GetParam().driver, options);
  for (int again = 0; !device && again < 20; ++again)
    device = station_.open(GetParam().driver, options);
  ASSERT_TRUE(device) << device.error().message;
  Switch& relays = *(*device)->as_switch();
  (void)relays.set(2, true);
  ASSERT_EQ(board.line(), "contact 2 closed");
  int right = 0, errors = 0;
  milliseconds longest{0};
  line.noise(true);
  for (int i = 0; i < frames; ++i) {
    const int channel = 1 + i % 2;
    const auto asked = std::chrono::steady_clock::now();
    const auto state = relays.read(channel);
    longest = std::max(longest, std::chrono::duration_cast<milliseconds>(
                                    std::chrono::steady_clock::now() - asked));
    if (!state) {
      ++errors;
      EXPECT_NE(state.error().code, ErrorCode::io) << state.error().message;
      continue;
    }
    ++right;
    if (GetParam().bare) continue;  // no driver could tell a damaged one
    ASSERT_EQ(*state, channel == 2) << "frame " << i;
  }
  line.noise(false);
  Result<std::optional<bool>> clean = relays.read(2);
  for (int i = 0; !clean && i < 5; ++i) clean = relays.read(2);
  ASSERT_TRUE(clean) << clean.error().message;
  EXPECT_EQ(*clean, true);
  EXPECT_LT(longest, milliseconds(5000));
  fmt::print(
      "R9  {}: {} frames on a noisy line, {} damaged: {} readings, {} errors; longest {} "
      "ms\n",
      GetParam().driver, frames, line.damaged(), right, errors, longest.count());
}

INSTANTIATE_TEST_SUITE_P(
    Boards, SimulatedBoardTest,
    ::testing::Values(Kind{"modbus_relay", {}, {}},
                      Kind{"modbus_relay",
                           {{"dialect", "lc_tech"}},
                           {"--dialect", "lc_tech", "--address", "255"}},
                      Kind{"modbus_relay", {{"dialect", "legacy"}}, {"--dialect", "legacy"}, false},
                      Kind{"kmtronic", {}, {}, true, true}, Kind{"kmtronic_2", {}, {}, true, true},
                      Kind{"conrad_197720", {}, {}}, Kind{"icstation", {}, {}, false},
                      Kind{"numato", {}, {}}, Kind{"numato_32", {}, {}},
                      Kind{"devantech_usb_rly", {}, {}, true, true},
                      Kind{"devantech_usb_rly16b", {}, {}, true, true}),
    [](const auto& kind) {
      const auto dialect = kind.param.options.find("dialect");
      return kind.param.driver + (dialect == kind.param.options.end() ? "" : "_" + dialect->second);
    });

TEST(SimulatedBus, IsTwoBoardsAndAMeterOnOnePort) {
  const sim::ScratchFolder folder;
  const std::string link = (folder.path() / "bus").string();
  sim::Simulator simulator({"modbus_relay", "--link", link, "--address", "1", "--address", "2",
                            "--meter", "3", "--watts", "1200"});
  ASSERT_EQ(simulator.line(), "ready");
  SystemClock clock;
  OpenBuses buses;
  const auto open = [&](const std::string& driver, const std::string& address) {
    const auto entry = std::ranges::find(driver_table(), driver, &DriverEntry::name);
    Result<std::unique_ptr<Device>> device = fail(ErrorCode::io, "not tried");
    for (int i = 0; i < 20 && !device; ++i)
      device =
          (*entry)->open({driver + address, driver, {{"port", link}, {"address", address}}, ""},
                         {clock, {}, &buses});
    return device;
  };
  const auto left = open("modbus_relay", "1");
  const auto right = open("modbus_relay", "2");
  const auto meter = open("pzem004t", "3");
  ASSERT_TRUE(left && right && meter);
  (void)(*right)->as_switch()->set(1, true);
  EXPECT_EQ(simulator.line(), "contact 2/1 closed");
  EXPECT_EQ((*left)->as_switch()->read(1).value_or(std::nullopt), false);
  const auto power = (*meter)->as_meter()->read("power");
  ASSERT_TRUE(power) << power.error().message;
  EXPECT_DOUBLE_EQ(power->value, 1200);
}

}  // namespace
}  // namespace brewproof::testing
