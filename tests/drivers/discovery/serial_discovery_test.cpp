// Finding ports by their USB adapter, in a mocked /sys and /dev (umockdev).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "drivers/transport/serial.h"
#include "drivers/transport/serial_discovery.h"
#include "tests/drivers/discovery/mocked_system.h"

namespace brewproof::testing {
namespace {

using ::testing::HasSubstr;

class SerialDiscovery : public ::testing::Test {
 protected:
  void SetUp() override {
    system_ = std::make_unique<MockedSystem>();  // before the question, which is answered once
    if (!MockedSystem::in_place())
      GTEST_SKIP() << "libumockdev-preload.so.0 does not stand before libc here";
  }

  static Result<std::string> find(std::map<std::string, std::string> options) {
    return find_usb_port(
        {.name = "panel", .driver = "lcus_relay", .options = std::move(options), .place = ""});
  }

  std::unique_ptr<MockedSystem> system_;
};

TEST_F(SerialDiscovery, AnAdapterIsFoundByVendorAndProduct) {
  system_->plug("ttyUSB0", "1-1", "0403", "6001", "FT0ABC", "FT232R USB UART");
  system_->plug("ttyUSB1", "1-2", "1a86", "7523", "", "USB Serial");
  EXPECT_EQ(find({{"usb.vid", "1a86"}, {"usb.pid", "7523"}}).value(), "/dev/ttyUSB1");
}

TEST_F(SerialDiscovery, AnAdapterIsFoundBySerialNumberAlone) {
  system_->plug("ttyUSB0", "1-1", "0403", "6001", "FT0ABC", "FT232R USB UART");
  system_->plug("ttyUSB1", "1-2", "0403", "6001", "FT0XYZ", "FT232R USB UART");
  EXPECT_EQ(find({{"usb.serial", "FT0XYZ"}}).value(), "/dev/ttyUSB1");
}

TEST_F(SerialDiscovery, TwoOfTheSameAreListedWithWhatTellsThemApart) {
  system_->plug("ttyUSB0", "1-1.3", "1a86", "7523", "", "USB Serial");
  system_->plug("ttyUSB1", "1-1.4", "1a86", "7523", "", "USB Serial");
  const auto found = find({{"usb.vid", "1a86"}});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::io);
  EXPECT_THAT(found.error().message, HasSubstr("2 serial ports have usb: {vid: 1a86}"));
  EXPECT_THAT(found.error().message, HasSubstr("/dev/ttyUSB0  usb: {path: 1-1.3, vid: 1a86"));
  EXPECT_THAT(found.error().message, HasSubstr("/dev/ttyUSB1  usb: {path: 1-1.4, vid: 1a86"));
  EXPECT_THAT(found.error().message, HasSubstr("tell them apart by path"));
  EXPECT_EQ(find({{"usb.path", "1-1.4"}}).value(), "/dev/ttyUSB1");
}

TEST_F(SerialDiscovery, TwoWithSerialNumbersAreToldApartByThose) {
  system_->plug("ttyUSB0", "1-1", "0403", "6001", "FT0ABC", "FT232R");
  system_->plug("ttyUSB1", "1-2", "0403", "6001", "FT0XYZ", "FT232R");
  const auto found = find({{"usb.vid", "0403"}});
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr("tell them apart by their serial numbers"));
}

TEST_F(SerialDiscovery, WhatIsPluggedInIsListedWhereNothingMatches) {
  system_->plug("ttyUSB0", "1-1", "0403", "6001", "FT0ABC", "FT\x1b[31m");
  const auto found = find({{"usb.vid", "1a86"}});
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr("no serial port has usb: {vid: 1a86}"));
  EXPECT_THAT(found.error().message, HasSubstr("/dev/ttyUSB0"));
  EXPECT_THAT(found.error().message, HasSubstr("\\x1b[31m"));
}

TEST_F(SerialDiscovery, WithoutAnyAdapterThatIsSaid) {
  const auto found = find({{"usb.vid", "1a86"}});
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr("no USB serial adapter is plugged in"));
}

TEST_F(SerialDiscovery, AListIsInNameOrder) {
  system_->plug("ttyUSB1", "1-2", "1a86", "7523", "", "USB Serial");
  system_->plug("ttyUSB0", "1-1", "0403", "6001", "FT0ABC", "FT232R");
  const auto ports = list_serial_ports();
  ASSERT_TRUE(ports) << ports.error().message;
  ASSERT_EQ(ports->size(), 2u);
  EXPECT_EQ((*ports)[0].path, "/dev/ttyUSB0");
  EXPECT_EQ((*ports)[0].serial, "FT0ABC");
  EXPECT_EQ((*ports)[1].usb_path, "1-2");
}

TEST_F(SerialDiscovery, APortKeepsItsNamesByPathAndById) {
  system_->plug("ttyUSB0", "1-1.4", "1a86", "7523", "", "USB Serial");
  system_->link("/dev/serial/by-path/pci-0000:00:14.0-usb-0:1.4:1.0-port0", "../../ttyUSB0");
  system_->link("/dev/serial/by-path/pci-0000:00:14.0-usb-0:1.5:1.0-port0", "../../ttyUSB1");
  system_->link("/dev/serial/by-id/usb-1a86_USB_Serial-if00-port0", "../../ttyUSB0");
  const auto ports = list_serial_ports();
  ASSERT_TRUE(ports) << ports.error().message;
  ASSERT_EQ(ports->size(), 1u);
  EXPECT_EQ((*ports)[0].by_path, "/dev/serial/by-path/pci-0000:00:14.0-usb-0:1.4:1.0-port0");
  EXPECT_EQ((*ports)[0].by_id, "/dev/serial/by-id/usb-1a86_USB_Serial-if00-port0");
}

}  // namespace
}  // namespace brewproof::testing
