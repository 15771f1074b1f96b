// The GPIO driver and the unmodified libgpiod with a mocked chip (gpio/mocked_chip.h).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "tests/drivers/gpio/mocked_chip.h"
#include "tests/drivers/station.h"

namespace brewproof::testing {
namespace {

class GpioTest : public ::testing::Test {
 protected:
  static std::map<std::string, std::string> two_lines() {
    return {{"chip", "/dev/gpiochip0"}, {"lines.0", "17"}, {"lines.1", "27"}};
  }
  static std::map<std::string, std::string> active_low() {
    auto options = two_lines();
    options["active"] = "low";
    return options;
  }
  Switch* open(std::map<std::string, std::string> options = two_lines()) {
    device_ = station_.opened("gpio", std::move(options));
    return device_ ? device_->as_switch() : nullptr;
  }

  MockedChip chip_;
  Station station_;
  std::unique_ptr<Device> device_;
};

TEST_F(GpioTest, ChannelsAreTheLinesInTheirOrder) {
  Switch* lines = open();
  ASSERT_TRUE(lines);
  EXPECT_EQ(device_->identity(), "gpiochip0 (pinctrl-bcm2835)");
  EXPECT_EQ(lines->read_back(), ReadBack::pin);
  EXPECT_TRUE(lines->set(1, true));
  EXPECT_TRUE(chip_.lines[17].is_high);
  EXPECT_FALSE(chip_.lines[27].is_high);
  EXPECT_EQ(lines->read(1).value(), true);
  EXPECT_EQ(lines->read(2).value(), false);
  EXPECT_TRUE(lines->set(2, true));
  EXPECT_TRUE(chip_.lines[27].is_high);
  EXPECT_TRUE(lines->all_off());
  EXPECT_FALSE(chip_.lines[17].is_high);
  EXPECT_FALSE(chip_.lines[27].is_high);
}

TEST_F(GpioTest, ActiveLowIsOnAtZeroVolts) {
  Switch* lines = open(active_low());
  ASSERT_TRUE(lines);
  EXPECT_TRUE(chip_.lines[17].is_high) << "off";
  EXPECT_TRUE(lines->set(1, true));
  EXPECT_FALSE(chip_.lines[17].is_high);
  EXPECT_EQ(lines->read(1).value(), true);
  EXPECT_TRUE(lines->set(1, false));
  EXPECT_TRUE(chip_.lines[17].is_high);
  EXPECT_EQ(lines->read(1).value(), false);
}

TEST_F(GpioTest, OpeningMakesAnOutputThatNeverWasOn) {
  ASSERT_TRUE(open());
  EXPECT_TRUE(chip_.lines[17].is_output);
  EXPECT_FALSE(chip_.lines[17].ever_high);
  EXPECT_FALSE(chip_.lines[27].ever_high);
  EXPECT_FALSE(chip_.lines[4].is_output) << "a line that nobody named";
}

TEST_F(GpioTest, AStuckPinIsReadAsItIs) {
  Switch* lines = open();
  ASSERT_TRUE(lines);
  chip_.is_stuck = true;
  EXPECT_TRUE(lines->set(1, true));
  EXPECT_EQ(lines->read(1).value(), false);
}

TEST_F(GpioTest, AChipThatIsGoneIsAnIoErrorAndStaysOne) {
  Switch* lines = open();
  ASSERT_TRUE(lines);
  chip_.error = ENODEV;
  EXPECT_FAILS(lines->set(1, true), ErrorCode::io, "line 17 on of gpiochip0");
  chip_.error = 0;
  EXPECT_FAILS(lines->read(2), ErrorCode::io, "line 17 on of gpiochip0");
  EXPECT_FAILS(lines->all_off(), ErrorCode::io, "line 17 on of gpiochip0");
}

TEST_F(GpioTest, ALineInUseIsToldWithItsUser) {
  chip_.lines[27].used_by = "spi0 CS0";
  EXPECT_FAILS(station_.open("gpio", two_lines()), ErrorCode::host,
               "line 27 of gpiochip0 (pinctrl-bcm2835) is in use by \"spi0 CS0\"");
}

TEST_F(GpioTest, WhatIsNoChipOrNoLineIsTold) {
  EXPECT_FAILS(station_.open("gpio", {{"chip", "/dev/gpiochip9"}, {"lines.0", "1"}}), ErrorCode::io,
               "there is no GPIO chip /dev/gpiochip9");
  EXPECT_FAILS(station_.open("gpio", {{"chip", "/dev/null"}, {"lines.0", "1"}}),
               ErrorCode::bad_file, "/dev/null is not a GPIO chip");
  EXPECT_FAILS(station_.open("gpio", {{"chip", "/dev/gpiochip0"}, {"lines.0", "54"}}),
               ErrorCode::bad_file, "has no line 54: its lines are 0 to 53");
  EXPECT_FAILS(station_.open("gpio", {{"chip", "/dev/gpiochip0"}}), ErrorCode::bad_file,
               "lines is missing");
  EXPECT_FAILS(station_.open("gpio", {{"chip", "/dev/gpiochip0"}, {"lines.0", "x"}}),
               ErrorCode::bad_file, "lines.0 is \"x\"");
  EXPECT_FAILS(
      station_.open("gpio", {{"chip", "/dev/gpiochip0"}, {"lines.0", "1"}, {"active", "no"}}),
      ErrorCode::bad_file, "high or low is expected");
}

TEST_F(GpioTest, AChannelThatIsNotThereIsAskedOfNobody) {
  Switch* lines = open();
  ASSERT_TRUE(lines);
  EXPECT_FAILS(lines->set(3, true), ErrorCode::usage, "has no channel 3: `lines` names 2");
  EXPECT_FAILS(lines->read(0), ErrorCode::usage, "has no channel 0");
  EXPECT_TRUE(station_.exchanges.empty());
}

TEST_F(GpioTest, WhatWasAskedAndAnsweredIsRecordedInWords) {
  Switch* lines = open();
  ASSERT_TRUE(lines);
  ASSERT_TRUE(lines->set(2, true));
  ASSERT_TRUE(device_->harmless_exchange());
  EXPECT_EQ(station_.written(), "line 27 online 17 state");
  EXPECT_EQ(station_.received(), "off");
  EXPECT_LE(station_.exchanges[0].sent.before_write.raw_ns,
            station_.exchanges[0].sent.after_drain.raw_ns);
}

}  // namespace
}  // namespace brewproof::testing
