// `brewproof devices` as a program: USB devices and ports in a mocked /sys and /dev (umockdev), an
// interface in a network namespace.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "rig/process/child.h"
#include "tests/drivers/discovery/mocked_system.h"
#include "tests/rig/capture/private_network.h"
#include "tests/rig/process/started.h"

namespace brewproof {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using testing::MockedSystem;

class Devices : public ::testing::Test {
 protected:
  void SetUp() override {
    system_ = std::make_unique<MockedSystem>();
    if (!MockedSystem::in_place())
      GTEST_SKIP() << "libumockdev-preload.so.0 does not stand before libc here";
  }

  // The child sees the mocked system through the same library as this program.
  static Child start(const std::vector<std::string>& arguments) {
    ChildSettings settings;
    settings.program = std::string(BREWPROOF_BINARY_DIR) + "/brewproof";
    settings.arguments = arguments;
    settings.environment["LD_PRELOAD"] = "libumockdev-preload.so.0";
    settings.environment["ASAN_OPTIONS"] = "verify_asan_link_order=0";
    settings.pipe_stdout = settings.pipe_stderr = true;
    return started(settings);
  }
  static Child::Output run(const std::vector<std::string>& arguments) {
    return output_of(start(arguments));
  }

  std::unique_ptr<MockedSystem> system_;
};

TEST_F(Devices, APluggedInAdapterIsALineForTheBenchFile) {
  system_->plug("ttyUSB0", "1-1.4", "1a86", "7523", "", "USB Serial");
  system_->link("/dev/serial/by-path/pci-0000:00:14.0-usb-0:1.4:1.0-port0", "../../ttyUSB0");
  const auto output = run({"devices"});
  EXPECT_EQ(output.exit.code, 0) << output.err;
  EXPECT_THAT(output.out,
              HasSubstr("/dev/ttyUSB0  1a86:7523 \"USB Serial\", no serial number, USB socket "
                        "1-1.4\n"
                        "      /dev/serial/by-path/pci-0000:00:14.0-usb-0:1.4:1.0-port0\n"));
  EXPECT_THAT(output.out,
              HasSubstr("panel: {driver: lcus_relay, usb: {path: 1-1.4, vid: 1a86, pid: 7523}}\n"));
}

TEST_F(Devices, TwoAlikeAreShownWithTheirSocketsAndARemark) {
  system_->plug("ttyUSB0", "1-1.3", "1a86", "7523", "", "USB Serial");
  system_->plug("ttyUSB1", "1-1.4", "1a86", "7523", "", "USB Serial");
  const auto json = nlohmann::json::parse(run({"devices", "--json"}).out, nullptr, false);
  ASSERT_TRUE(json.is_object());
  ASSERT_EQ(json["serial"].size(), 2u);
  EXPECT_EQ(json["serial"][0]["place"], "usb: {path: 1-1.3, vid: 1a86, pid: 7523}");
  EXPECT_EQ(json["serial"][1]["place"], "usb: {path: 1-1.4, vid: 1a86, pid: 7523}");
  EXPECT_THAT(json["serial"][0]["remark"].get<std::string>(), HasSubstr("label the plugs"));
}

TEST_F(Devices, AUsbDeviceWithoutPortIsListedBesideThePorts) {
  system_->plug({"1-1.2", "16c0", "05df", "", "www.dcttech.com", "USBRelay4"});
  system_->plug({"1-1", "05e3", "0608", "", "", "USB2.0 Hub", "09"});
  const auto json = nlohmann::json::parse(run({"devices", "--json"}).out, nullptr, false);
  ASSERT_TRUE(json.is_object());
  ASSERT_EQ(json["usb"].size(), 1u);
  EXPECT_EQ(json["usb"][0]["product"], "USBRelay4");
  EXPECT_EQ(json["usb"][0]["place"], "usb: {path: 1-1.2, vid: 16c0, pid: 05df}");
}

TEST_F(Devices, TheMachineHeardOnAnInterfaceIsNamed) {
  if (const std::string reason = enter_private_network(); !reason.empty()) GTEST_SKIP() << reason;
  ip("addr replace 192.0.2.7/24 dev cap0");
  Sender sender;  // from 02:00:00:00:00:01 on dut0
  Child child = start({"devices", "--json"});
  for (std::uint32_t number = 0; child.running(); ++number) {
    sender.send(number);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  const auto json = nlohmann::json::parse(output_of(std::move(child)).out, nullptr, false);
  ASSERT_TRUE(json.is_object());
  const auto found = std::ranges::find_if(
      json["interfaces"], [](const nlohmann::json& each) { return each["name"] == "cap0"; });
  ASSERT_NE(found, json["interfaces"].end()) << json;
  EXPECT_EQ((*found)["up"], true);
  EXPECT_EQ((*found)["carrier"], true);
  EXPECT_EQ((*found)["speed_mbit"], 10000);  // what a veth pair says of itself
  EXPECT_EQ((*found)["may_capture"], true) << (*found)["obstacle"];
  EXPECT_EQ((*found)["bench"], "network: {capture: cap0}");
  EXPECT_THAT((*found)["addresses"], Contains("192.0.2.7"));
  EXPECT_THAT((*found)["heard"], Contains("02:00:00:00:00:01"));
}

TEST_F(Devices, KnownListsEveryDriverAndNeedsNoHardware) {
  const auto json =
      nlohmann::json::parse(run({"devices", "--known", "--json"}).out, nullptr, false);
  ASSERT_TRUE(json.is_object());
  EXPECT_GE(json["drivers"].size(), 3u);
  EXPECT_THAT(run({"devices", "--known"}).out, HasSubstr("lcus_relay"));
}

}  // namespace
}  // namespace brewproof
