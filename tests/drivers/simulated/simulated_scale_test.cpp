// The simulated balance with the driver it is made for: both sides were written from the same
// sources and share no code. Under every fault of a line a reading is right, or an error.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/drivers/simulated/simulated_device.h"

namespace brewproof::testing {
namespace {

class SimulatedScale : public SimulatedDevice {
 protected:
  void start(std::vector<std::string> more) {
    more.insert(more.begin(), {"scale", "--grams", "182.34"});
    run(std::move(more));
    open("scale");
  }
  Result<Meter::Reading> read() { return SimulatedDevice::read("mass"); }
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
  is_right_or_an_error("mass", 0.18234, 5);
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
