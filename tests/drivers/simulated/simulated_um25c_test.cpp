// The simulated meter in a USB lead with the driver it is made for: both sides were written from
// the same source and share no code. Under every fault of a line a reading is right, or an error.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/drivers/simulated/simulated_device.h"

namespace brewproof::testing {
namespace {

class SimulatedUm25c : public SimulatedDevice {
 protected:
  void start(std::vector<std::string> more) {
    more.insert(more.begin(), {"um25c", "--volts", "5.12", "--amperes", "0.4", "--celsius", "31"});
    run(std::move(more));
    open("um25c");
  }
  Result<Meter::Reading> read(const std::string& quantity = "voltage") {
    return SimulatedDevice::read(quantity);
  }
};

class EachUmModel : public SimulatedUm25c, public ::testing::WithParamInterface<std::string> {};

TEST_P(EachUmModel, SaysWhatItIsAndWhatItMeasures) {
  start({"--model", GetParam()});
  std::string name = GetParam();
  std::ranges::transform(name, name.begin(), [](char c) { return c >= 'a' ? c - 32 : c; });
  EXPECT_EQ(device_->identity(), "RDTech " + name);
  EXPECT_DOUBLE_EQ(read("voltage").value().value, 5.12);
  EXPECT_DOUBLE_EQ(read("current").value().value, 0.4);
  EXPECT_DOUBLE_EQ(read("power").value().value, 2.048);
  EXPECT_DOUBLE_EQ(read("temperature").value().value, 31);
  EXPECT_GT(read("energy").value().value, -1e-9);
}

INSTANTIATE_TEST_SUITE_P(All, EachUmModel, ::testing::Values("um24c", "um25c", "um34c"),
                         [](const auto& each) { return each.param; });

// The first command is what opening asks.
class FaultyUm25c : public SimulatedUm25c, public ::testing::WithParamInterface<std::string> {};

TEST_P(FaultyUm25c, IsRightOrAnError) {
  start({"--fault", GetParam()});
  is_right_or_an_error("voltage", 5.12, 5);
}

INSTANTIATE_TEST_SUITE_P(Line, FaultyUm25c,
                         ::testing::Values("silent@2", "late:1500@2", "truncate@2",
                                           "truncate:129@3", "corrupt@2", "echo", "glue@2",
                                           "split@2+", "split:20@3", "garbage@2-3", "stuck"));

TEST_F(SimulatedUm25c, IsGoneForGoodOnceItWasUnplugged) {
  start({"--fault", "vanish@3"});
  EXPECT_TRUE(read());
  EXPECT_FAILS(read(), ErrorCode::io, "gone");
  EXPECT_FAILS(read(), ErrorCode::io, "gone");
}

}  // namespace
}  // namespace brewproof::testing
