// USB devices in a mocked /sys (umockdev).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "drivers/transport/plugged_usb.h"
#include "tests/drivers/discovery/mocked_system.h"

namespace brewproof::testing {
namespace {

class PluggedUsbTest : public ::testing::Test {
 protected:
  void SetUp() override {
    system_ = std::make_unique<MockedSystem>();
    if (!MockedSystem::in_place())
      GTEST_SKIP() << "libumockdev-preload.so.0 does not stand before libc here";
  }

  std::vector<std::string> sockets() const {
    std::vector<std::string> paths;
    for (const PluggedUsb& usb : list_plugged_usb()) paths.push_back(usb.usb_path);
    return paths;
  }

  std::unique_ptr<MockedSystem> system_;
};

TEST_F(PluggedUsbTest, ABoardIsDescribedAsItDescribesItself) {
  system_->plug({"1-1.2", "16c0", "05df", "", "www.dcttech.com", "USBRelay4"});
  const auto found = list_plugged_usb();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].usb_path, "1-1.2");
  EXPECT_EQ(found[0].vid, "16c0");
  EXPECT_EQ(found[0].pid, "05df");
  EXPECT_EQ(found[0].serial, "");
  EXPECT_EQ(found[0].manufacturer, "www.dcttech.com");
  EXPECT_EQ(found[0].product, "USBRelay4");
  EXPECT_EQ(found[0].node, "/dev/bus/usb/001/002");
  EXPECT_FALSE(found[0].hub);
}

TEST_F(PluggedUsbTest, ASerialNumberIsRead) {
  system_->plug({"1-1", "04d8", "f2f7", "YK12345", "Yepkit", "YKUSH"});
  const auto found = list_plugged_usb();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].serial, "YK12345");
}

TEST_F(PluggedUsbTest, TheInterfacesOfADeviceAreNoDevices) {
  system_->plug("ttyUSB0", "1-1.4", "1a86", "7523", "", "USB Serial");
  EXPECT_THAT(sockets(), ::testing::ElementsAre("1-1.4"));
}

TEST_F(PluggedUsbTest, AHubIsMarked) {
  system_->plug({"1-1", "05e3", "0608", "", "", "USB2.0 Hub", "09"});
  const auto found = list_plugged_usb();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(found[0].hub);
}

TEST_F(PluggedUsbTest, SocketsAreInTheOrderOfTheirNumbers) {
  for (const char* path : {"1-10", "1-9", "1-1.10", "1-1.2", "1-1"})
    system_->plug({path, "16c0", "05df", "", "", ""});
  EXPECT_THAT(sockets(), ::testing::ElementsAre("1-1", "1-1.2", "1-1.10", "1-9", "1-10"));
}

TEST_F(PluggedUsbTest, NothingPluggedInIsAnEmptyList) { EXPECT_TRUE(list_plugged_usb().empty()); }

}  // namespace
}  // namespace brewproof::testing
