// The GPIO input driver and the unmodified libgpiod with a mocked chip (gpio/mocked_chip.h).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "tests/drivers/gpio/mocked_chip.h"
#include "tests/drivers/station.h"

namespace brewproof::testing {
namespace {

class GpioInput : public ::testing::Test {
 protected:
  Input* open(std::map<std::string, std::string> more = {}) {
    more.insert({{"chip", "/dev/gpiochip0"}, {"lines.0", "5"}, {"lines.1", "6"}});
    device_ = station_.opened("gpio_input", std::move(more));
    return device_ ? device_->as_input() : nullptr;
  }

  MockedChip chip_;
  Station station_;
  std::unique_ptr<Device> device_;
};

TEST_F(GpioInput, TheLinesAreReadAndNeverDriven) {
  chip_.lines[6].is_high = true;
  Input* lines = open();
  ASSERT_TRUE(lines);
  EXPECT_EQ(device_->as_switch(), nullptr);
  EXPECT_EQ(lines->sense(1).value(), false);
  EXPECT_EQ(lines->sense(2).value(), true);
  chip_.lines[5].is_high = true;
  EXPECT_EQ(lines->sense(1).value(), true);
  EXPECT_FALSE(chip_.lines[5].is_output);
  EXPECT_EQ(station_.written(), "line 5 stateline 6 stateline 5 state");
  EXPECT_EQ(station_.received(), "offonon");
}

TEST_F(GpioInput, AContactToGroundIsActiveLowAndPulledUp) {
  chip_.lines[5].is_high = true;
  Input* lines = open({{"active", "low"}, {"pull", "up"}});
  ASSERT_TRUE(lines);
  EXPECT_TRUE(chip_.lines[5].is_pulled_up);
  EXPECT_EQ(lines->sense(1).value(), false);
  chip_.lines[5].is_high = false;
  EXPECT_EQ(lines->sense(1).value(), true);
}

TEST_F(GpioInput, ALineThatCannotBeReadIsAnIoError) {
  Input* lines = open();
  ASSERT_TRUE(lines);
  chip_.error = EIO;
  EXPECT_FAILS(lines->sense(1), ErrorCode::io, "line 5 state of gpiochip0");
}

TEST_F(GpioInput, AnOutputsLineIsInUse) {
  chip_.lines[5].used_by = "spi0";
  EXPECT_FAILS(station_.open("gpio_input", {{"chip", "/dev/gpiochip0"}, {"lines.0", "5"}}),
               ErrorCode::host, "line 5 of gpiochip0 (pinctrl-bcm2835) is in use by");
}

TEST_F(GpioInput, WrongOptionsAreNamed) {
  EXPECT_FAILS(
      station_.open("gpio_input", {{"chip", "/dev/gpiochip0"}, {"lines.0", "5"}, {"pull", "left"}}),
      ErrorCode::bad_file, "pull is \"left\": up, down or none is expected");
  Input* lines = open();
  ASSERT_TRUE(lines);
  EXPECT_FAILS(lines->sense(3), ErrorCode::usage, "has no line 3");
}

}  // namespace
}  // namespace brewproof::testing
