// The simulated balance with the driver it is made for: both sides were written from the same
// sources and share no code. Under every fault of a line a reading is right, or an error.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/drivers/station.h"
#include "tests/fixtures/machine/station.h"

namespace brewproof::testing {
namespace {

class SimulatedScale : public ::testing::Test {
 protected:
  void start(std::vector<std::string> more) {
    more.insert(more.begin(), {"scale", "--port", path(), "--grams", "182.34"});
    simulator_.emplace(more);
    ASSERT_EQ(simulator_->line(), "ready");
    auto opened = station_.open("scale", {{"port", path()}});
    ASSERT_TRUE(opened) << opened.error().message;
    device_ = std::move(*opened);
  }
  [[nodiscard]] std::string path() const { return folder_.path() / "scale"; }
  Result<Meter::Reading> read() { return device_->as_meter()->read("mass"); }

  sim::ScratchFolder folder_;
  std::optional<sim::Simulator> simulator_;
  Station station_;
  std::unique_ptr<Device> device_;
};

TEST_F(SimulatedScale, SaysWhoItIsAndWhatItWeighs) {
  start({"--serial", "K42"});
  EXPECT_EQ(device_->identity(), "balance, answers mt_sics, serial number K42");
  const auto reading = read();
  ASSERT_TRUE(reading) << reading.error().message;
  EXPECT_DOUBLE_EQ(reading->value, 0.18234);
  EXPECT_FALSE(reading->moving);
}

TEST_F(SimulatedScale, AMovingWeightIsAWeight) {
  start({"--moving"});
  const auto reading = read();
  ASSERT_TRUE(reading) << reading.error().message;
  EXPECT_TRUE(reading->moving);
}

TEST_F(SimulatedScale, ABusyAndAnOverloadedBalanceSaySo) {
  start({"--fault", "refuse@2", "--capacity", "100"});
  EXPECT_FAILS(read(), ErrorCode::protocol, "busy");
  EXPECT_FAILS(read(), ErrorCode::protocol, "overloaded");
}

// The first command is the question for its serial number.
class FaultyScale : public SimulatedScale, public ::testing::WithParamInterface<std::string> {};

TEST_P(FaultyScale, IsRightOrAnError) {
  start({"--fault", GetParam()});
  bool any = false;
  for (int i = 0; i < 5; ++i) {
    const auto reading = read();
    any = any || reading;
    if (reading) {
      EXPECT_DOUBLE_EQ(reading->value, 0.18234);
    }
  }
  EXPECT_TRUE(any);
}

INSTANTIATE_TEST_SUITE_P(Line, FaultyScale,
                         ::testing::Values("silent@2", "late:1500@2", "truncate@2", "truncate:16@3",
                                           "corrupt@2", "echo", "glue@2", "split@2+", "split:20@3",
                                           "garbage@2-3"));

TEST_F(SimulatedScale, IsGoneForGoodOnceItWasUnplugged) {
  start({"--fault", "vanish@3"});
  EXPECT_TRUE(read());
  EXPECT_FAILS(read(), ErrorCode::io, "gone");
  EXPECT_FAILS(read(), ErrorCode::io, "gone");
}

}  // namespace
}  // namespace brewproof::testing
