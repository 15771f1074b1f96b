// The simulated microcontroller with the driver it is made for: both know the convention and share
// no code. Under every fault of a line a reading is right, or an error.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/drivers/simulated/simulated_device.h"

namespace brewproof::testing {
namespace {

class SimulatedLineSensor : public SimulatedDevice {
 protected:
  void start(std::vector<std::string> more) {
    more.insert(more.begin(), {"line_sensor", "--quantity", "mass", "--value", "0.1823"});
    run(std::move(more));
    open("line_sensor");
  }
  Result<Meter::Reading> read() { return SimulatedDevice::read("mass"); }
};

TEST_F(SimulatedLineSensor, SaysWhoItIsAndWhatItMeasures) {
  start({"--id", "flow-2"});
  EXPECT_EQ(device_->identity(), "line sensor \"flow-2\", version \"1.2\"");
  for (int i = 0; i < 20; ++i) {
    const auto reading = read();
    ASSERT_TRUE(reading) << reading.error().message;
    EXPECT_DOUBLE_EQ(reading->value, 0.1823);
  }
  EXPECT_TRUE(device_->harmless_exchange());
}

// 50 ms before its clock wraps.
TEST_F(SimulatedLineSensor, IsReadAcrossTheWrapOfItsClock) {
  start({"--clock", "4294917295"});
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(read());
}

class FaultyLineSensor : public SimulatedLineSensor,
                         public ::testing::WithParamInterface<std::string> {};

TEST_P(FaultyLineSensor, IsRightOrAnError) {
  start({"--fault", GetParam()});
  is_right_or_an_error("mass", 0.1823, 6);
}

INSTANTIATE_TEST_SUITE_P(Line, FaultyLineSensor,
                         ::testing::Values("silent@3", "late:1500@3", "truncate@3", "corrupt@3",
                                           "echo", "glue@3", "split:1@3+", "garbage@3-4"));

TEST_F(SimulatedLineSensor, IsGoneForGoodOnceItWasUnplugged) {
  start({"--fault", "vanish@3"});
  EXPECT_TRUE(read());
  for (int i = 0; i < 2; ++i) EXPECT_FAILS(read(), ErrorCode::io, "gone");
}

}  // namespace
}  // namespace brewproof::testing
