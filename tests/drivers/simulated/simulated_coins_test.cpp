// The simulated coin acceptor and the simulated machine at a cash-register socket, each with the
// driver it is made for: both sides were written from the same sources and share no code. What is
// counted is what the other side says that it did, or an error.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/drivers/simulated/simulated_device.h"

namespace brewproof::testing {
namespace {

class SimulatedMoney : public SimulatedDevice {
 protected:
  void start(std::vector<std::string> simulator, const std::string& driver,
             std::map<std::string, std::string> options = {}) {
    run(std::move(simulator));
    open(driver, std::move(options));
  }
  void start_cctalk(std::vector<std::string> more) {
    more.insert(more.begin(), {"cctalk", "--coin", "3", "--every", "400"});
    start(more, "cctalk",
          {{"accept", "on"}, {"coins.0", "5"}, {"coins.1", "10"}, {"coins.2", "20"}});
  }
  // As many lines of that kind, and then the reading: it may be one behind, or one ahead.
  void counts(const std::string& quantity, int lines, const std::string& line) {
    for (int i = 0; i < lines; ++i) ASSERT_EQ(simulator_->line(), line);
    double value = 0;
    for (int i = 0; i < 200 && value < lines; ++i) {
      value = read(quantity).value_or(Meter::Reading{}).value;
      std::this_thread::sleep_for(sim::milliseconds(10));
    }
    EXPECT_GE(value, lines);
    EXPECT_LE(value, lines + 2);
  }
};

TEST_F(SimulatedMoney, CoinsAreCountedWithWhatTheyAreWorth) {
  start_cctalk({"--counter", "253"});  // it wraps meanwhile
  EXPECT_EQ(device_->identity(), "coin acceptor \"BPS\" \"SIM-CA\"");
  counts("coins", 4, "coin 3");
  const auto coins = read("coins"), credit = read("credit");
  ASSERT_TRUE(coins && credit);
  EXPECT_GE(credit->value, 80);
}

TEST_F(SimulatedMoney, ACoinAcceptorThatMayNotAcceptTakesNone) {
  start({"cctalk", "--every", "200"}, "cctalk");
  std::this_thread::sleep_for(sim::milliseconds(1000));
  EXPECT_EQ(read("coins").value().value, 0);
}

TEST_F(SimulatedMoney, AnotherDeviceIsNotOpened) {
  run({"cctalk", "--category", "Payout"});
  EXPECT_FAILS(station_.open("cctalk", {{"port", path()}}), ErrorCode::protocol,
               "no Coin Acceptor");
}

// Six commands are said when it is opened.
class FaultyCcTalk : public SimulatedMoney, public ::testing::WithParamInterface<std::string> {};

TEST_P(FaultyCcTalk, CountsWhatWasAcceptedAllTheSame) {
  start_cctalk({"--fault", GetParam()});
  counts("coins", 4, "coin 3");
}

INSTANTIATE_TEST_SUITE_P(Line, FaultyCcTalk,
                         ::testing::Values("silent@8", "late:250@8", "truncate@8", "corrupt@8",
                                           "split:1@7+", "garbage@8-9"));

TEST_F(SimulatedMoney, AnAcceptorThatIsGoneIsGoneForGood) {
  start_cctalk({"--fault", "vanish@9"});
  for (int i = 0; i < 300 && read("coins"); ++i) std::this_thread::sleep_for(sim::milliseconds(10));
  for (int i = 0; i < 2; ++i) {
    EXPECT_FAILS(read("coins"), ErrorCode::io, "dev");
  }
}

TEST_F(SimulatedMoney, DosesAreReleasedAndCounted) {
  start({"dose_till", "--every", "100"}, "dose_till", {{"codes", "41"}});
  counts("doses", 3, "dose 41 poured");
}

TEST_F(SimulatedMoney, DosesAreRefused) {
  start({"dose_till", "--every", "100", "--code", "66"}, "dose_till", {{"answer", "refuse"}});
  counts("doses", 3, "dose 42 refused");
}

// Noise is answered where no code is known, and its echo is not taken for the next dose.
class FaultyTill : public SimulatedMoney, public ::testing::WithParamInterface<std::string> {};

TEST_P(FaultyTill, ReleasesDosesAllTheSame) {
  start({"dose_till", "--every", "100", "--fault", GetParam()}, "dose_till", {{"codes", "41"}});
  counts("doses", 3, "dose 41 poured");
}

INSTANTIATE_TEST_SUITE_P(Line, FaultyTill, ::testing::Values("late:50@2", "garbage", "split@2"));

TEST_F(SimulatedMoney, ADoseThatNobodyHeardIsGivenUp) {
  start({"dose_till", "--every", "100", "--fault", "silent@1"}, "dose_till");
  EXPECT_EQ(simulator_->line(), "dose 41 given up");
  EXPECT_EQ(simulator_->line(), "dose 41 poured");
}

}  // namespace
}  // namespace brewproof::testing
