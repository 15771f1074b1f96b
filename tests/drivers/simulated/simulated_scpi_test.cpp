// The simulated bench meter with the driver it is made for: both sides were written from the same
// sources and share no code. Under every fault of a line a reading is right, or an error.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/drivers/simulated/simulated_device.h"

namespace brewproof::testing {
namespace {

class SimulatedScpi : public SimulatedDevice {
 protected:
  void start(std::vector<std::string> more, const std::string& measures = "current_dc") {
    more.insert(more.begin(), {"scpi", "--value", "0.1234"});
    run(std::move(more));
    open("scpi", {{"measures", measures}});
  }
  Result<Meter::Reading> read(const std::string& quantity = "current") {
    return SimulatedDevice::read(quantity);
  }
};

TEST_F(SimulatedScpi, SaysWhoItIsAndWhatItMeasures) {
  start({"--identity", "MAKER,M1,7,2"});
  EXPECT_EQ(device_->identity(), "\"MAKER,M1,7,2\"");
  EXPECT_DOUBLE_EQ(read().value().value, 0.1234);
}

TEST_F(SimulatedScpi, MeasuresSeveralQuantities) {
  start({}, "voltage_dc frequency");
  EXPECT_DOUBLE_EQ(read("voltage").value().value, 0.1234);
  EXPECT_DOUBLE_EQ(read("frequency").value().value, 0.1234);
}

TEST_F(SimulatedScpi, AMeterThatKnowsNoRemoteIsOpened) {
  start({"--no-remote"});
  EXPECT_DOUBLE_EQ(read().value().value, 0.1234);
}

TEST_F(SimulatedScpi, WhatItRefusesIsToldInItsWords) {
  start({"--fault", "refuse@6"});
  EXPECT_FAILS(read(), ErrorCode::timeout, "did not answer READ?");
  EXPECT_FAILS(read(), ErrorCode::protocol, "-230");
  EXPECT_TRUE(read());
}

// Five commands are said when it is opened.
class FaultyScpi : public SimulatedScpi, public ::testing::WithParamInterface<std::string> {};

TEST_P(FaultyScpi, IsRightOrAnError) {
  start({"--fault", GetParam()});
  is_right_or_an_error("current", 0.1234, 4);
}

INSTANTIATE_TEST_SUITE_P(Line, FaultyScpi,
                         ::testing::Values("silent@6", "late:3500@6", "truncate@6", "truncate:14@7",
                                           "corrupt@6", "echo", "glue@6", "split@6+", "split:20@7",
                                           "garbage@6-7"));

TEST_F(SimulatedScpi, IsGoneForGoodOnceItWasUnplugged) {
  start({"--fault", "vanish@7"});
  EXPECT_TRUE(read());
  EXPECT_FAILS(read(), ErrorCode::io, "gone");
  EXPECT_FAILS(read(), ErrorCode::io, "gone");
}

}  // namespace
}  // namespace brewproof::testing
