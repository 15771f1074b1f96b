// Finding ports by their USB adapter, in a mocked /sys and /dev (umockdev).

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <umockdev.h>

#include <cstdlib>
#include <memory>
#include <string_view>

#include "drivers/transport/serial.h"
#include "drivers/transport/serial_discovery.h"

namespace brewproof::testing {
namespace {

using ::testing::HasSubstr;

class MockedSystem {
 public:
  MockedSystem() : testbed_(umockdev_testbed_new()) {
    umockdev_testbed_add_from_string(
        testbed_, "P: /devices/virtual/tty/tty0\nN: tty0\nE: SUBSYSTEM=tty\n", nullptr);
  }
  ~MockedSystem() { g_object_unref(testbed_); }
  MockedSystem(const MockedSystem&) = delete;
  MockedSystem& operator=(const MockedSystem&) = delete;

  // A USB serial adapter in the socket `usb_path`, as the kernel's usb-serial drivers show it.
  void plug(const std::string& name, const std::string& usb_path, const std::string& vid,
            const std::string& pid, const std::string& serial, const std::string& product) {
    const std::string device = "/devices/pci0/usb1/" + usb_path;
    const std::string interface = device + "/" + usb_path + ":1.0";
    std::string text = fmt::format(
        "P: {}\nN: bus/usb/001/00{}\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\nA: idVendor={}\\n\n"
        "A: idProduct={}\\n\nA: busnum=1\\n\nA: devnum={}\\n\nA: product={}\\n\n",
        device, next_, vid, pid, next_, product);
    if (!serial.empty()) text += fmt::format("A: serial={}\\n\n", serial);
    ++next_;
    text += fmt::format(
        "\nP: {}\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_interface\nE: DRIVER=ch341\n"
        "\nP: {}/{}\nE: SUBSYSTEM=usb-serial\n"
        "\nP: {}/{}/tty/{}\nN: {}\nE: SUBSYSTEM=tty\nE: DEVNAME=/dev/{}\n"
        "L: device=../../../{}\n",
        interface, interface, name, interface, name, name, name, name, name);
    GError* error = nullptr;
    if (umockdev_testbed_add_from_string(testbed_, text.c_str(), &error) == FALSE) {
      ADD_FAILURE() << error->message;
      g_error_free(error);
    }
  }

 private:
  UMockdevTestbed* testbed_;
  int next_ = 2;
};

class SerialDiscovery : public ::testing::Test {
 protected:
  void SetUp() override {
    system_ = std::make_unique<MockedSystem>();  // before the question, which is answered once
    if (umockdev_in_mock_environment() == FALSE)
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

}  // namespace
}  // namespace brewproof::testing
