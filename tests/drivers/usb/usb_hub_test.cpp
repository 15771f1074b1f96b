// USB hubs: the requests are those of USB 2.0, chapter 11 (see drivers/usb_hub.cpp).

#include <fstream>

#include "rig/process/child.h"
#include "tests/drivers/usb/usb_station.h"

namespace brewproof::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class UsbHub : public UsbStation {
 protected:
  static std::string disable_of(const std::string& hub, int port) {
    std::ifstream in(
        fmt::format("/sys/bus/usb/devices/{0}/{0}:1.0/{0}-port{1}/disable", hub, port));
    std::string text;
    std::getline(in, text);
    return text;
  }
};

// A device behind a USB 3 hub keeps its power as long as one half gives it.
TEST_F(UsbHub, APortIsSwitchedOnBothHalves) {
  plug("usb_hub");
  const auto device = opened("usb_hub");
  ASSERT_TRUE(device);
  EXPECT_EQ(device->identity(), "hub 2109:2811 in USB socket 1-1 and 101-1, 4 ports");
  exchanges.clear();
  ASSERT_TRUE(device->as_switch()->set(2, true));
  EXPECT_EQ(device->as_switch()->read(2).value(), true);
  ASSERT_TRUE(device->as_switch()->set(2, false));
  EXPECT_EQ(device->as_switch()->read(2).value(), false);
  EXPECT_THAT(contacts(), ElementsAre("2 closed", "2 open"));
  ASSERT_EQ(exchanges.size(), 7u);
  EXPECT_EQ(exchanges[0].written, hex("23 03 08 00 02 00 00 00"));
  EXPECT_EQ(exchanges[1].written, hex("23 03 08 00 02 00 00 00"));
  EXPECT_EQ(exchanges[2].written, hex("A3 00 00 00 02 00 04 00"));
  EXPECT_EQ(exchanges[2].received, hex("00 01 00 00"));
  EXPECT_EQ(exchanges[3].written, hex("23 01 08 00 02 00 00 00"));
  EXPECT_EQ(exchanges[4].written, hex("23 01 08 00 02 00 00 00"));
  EXPECT_EQ(exchanges[5].received, hex("00 00 00 00"));
  EXPECT_EQ(exchanges[6].received, hex("00 00 00 00"));
}

TEST_F(UsbHub, TheDescriptorSaysHowManyPortsThereAre) {
  plug("usb_hub", {}, {.channels = 7});
  const auto device = opened("usb_hub");
  ASSERT_TRUE(device);
  EXPECT_EQ(exchanges[0].written, hex("A0 06 00 29 00 00 0C 00"));
  ASSERT_TRUE(device->as_switch()->set(7, true));
  EXPECT_FAILS(device->as_switch()->set(8, true), ErrorCode::usage, "its board has 7");
}

TEST_F(UsbHub, TheSuperSpeedHalfCanBeNamedAsWell) {
  plug("usb_hub");
  const auto device = opened("usb_hub", {{"usb.path", "101-1"}});
  ASSERT_TRUE(device);
  EXPECT_EQ(exchanges[0].written, hex("A0 06 00 2A 00 00 0C 00"));
  ASSERT_TRUE(device->as_switch()->set(1, true));
  EXPECT_EQ(device->as_switch()->read(1).value(), true);
  EXPECT_EQ(exchanges.back().received, hex("00 02 00 00"));
  ASSERT_TRUE(device->as_switch()->set(1, false));
  EXPECT_THAT(contacts(), ElementsAre("1 closed", "1 open"));
}

TEST_F(UsbHub, OffReachesTheOtherHalfAlsoWhereOneIsStalled) {
  auto& hub = plug("usb_hub");
  const auto device = opened("usb_hub");
  ASSERT_TRUE(device);
  ASSERT_TRUE(device->as_switch()->set(1, true));
  bus.spoil(hub, parsed({"stall@1"}));
  exchanges.clear();
  EXPECT_FAILS(device->as_switch()->set(1, false), ErrorCode::protocol, "stall");
  ASSERT_EQ(exchanges.size(), 2u);
  EXPECT_EQ(exchanges[1].written, hex("23 01 08 00 01 00 00 00"));
  EXPECT_EQ(device->as_switch()->read(1).value(), true) << "the stalled half still gives power";
  EXPECT_THAT(contacts(), ElementsAre("1 closed"));
}

// Else the kernel may switch the port on again.
TEST_F(UsbHub, TheKernelIsToldWhereThisUserMay) {
  plug("usb_hub");
  const auto device = opened("usb_hub");
  ASSERT_TRUE(device);
  ASSERT_TRUE(device->as_switch()->set(3, false));
  EXPECT_THAT(disable_of("1-1", 3), HasSubstr("1"));
  EXPECT_THAT(disable_of("101-1", 3), HasSubstr("1"));
  EXPECT_THAT(disable_of("1-1", 2), HasSubstr("0"));
  ASSERT_TRUE(device->as_switch()->set(3, true));
  EXPECT_THAT(disable_of("1-1", 3), HasSubstr("0"));
}

TEST_F(UsbHub, AHubWithoutASwitchForEachPortIsRefused) {
  class Ganged final : public sim::UsbBoard {
   public:
    explicit Ganged(std::uint8_t switching) : switching_(switching) {}
    [[nodiscard]] sim::UsbDescription description() const override {
      return {.vid = 0x0424,
              .pid = 0x2514,
              .manufacturer = "",
              .product = "",
              .serial = "",
              .device_class = 9,
              .interface_class = 9,
              .endpoints = {},
              .kernel_driver = "hub",
              .report_descriptor = {}};
    }
    std::optional<Bytes> control(const sim::Setup&, ByteView) override {
      return Bytes{0x09, 0x29, 4, switching_, 0, 0x32, 0x64, 0, 0xFF};
    }

   private:
    std::uint8_t switching_;
  };
  Ganged ganged(0x00);
  Ganged none(0x02);
  bus.plug(ganged, "1-2");
  bus.plug(none, "1-3");
  EXPECT_FAILS(open("usb_hub", {{"usb.path", "1-2"}}), ErrorCode::bad_file,
               "dev: the hub in USB socket 1-2 switches all its ports at once");
  EXPECT_FAILS(open("usb_hub", {{"usb.path", "1-3"}}), ErrorCode::bad_file,
               "has no power switches");
}

TEST_F(UsbHub, ADescriptorOrStatusThatIsCutIsRefused) {
  auto& hub = plug("usb_hub", {"truncate:6@1"});
  EXPECT_FAILS(open("usb_hub", {}), ErrorCode::protocol, "a hub's descriptor was expected");
  bus.spoil(hub, {});
  const auto device = opened("usb_hub");
  ASSERT_TRUE(device);
  for (int length = 0; length < 4; ++length) {
    bus.spoil(hub, parsed({fmt::format("truncate:{}@1", length)}));
    EXPECT_FAILS(device->as_switch()->read(1), ErrorCode::protocol,
                 "4 bytes of port status were expected");
  }
}

TEST_F(UsbHub, TheComputersOwnHubsAreOnlyTakenByName) {
  plug("dcttech");  // below the root hub
  EXPECT_FAILS(open("usb_hub", {}), ErrorCode::io, "no USB hub is plugged in");
}

// uhubctl: another author's client, on the USB 2 half and by requests (nobody reads the mocked
// `disable`).
TEST_F(UsbHub, UhubctlSwitchesTheSameHub) {
  plug("usb_hub");
  auto child = Child::start({.program = "uhubctl",
                             .arguments = {"-S", "-e", "-l", "1-1", "-p", "2", "-a", "on"},
                             .environment = bus.environment(),
                             .pipe_stdout = true,
                             .pipe_stderr = true,
                             .working_folder = ""});
  if (!child) GTEST_SKIP() << child.error().message << " (package uhubctl)";
  const auto output = child->finish(milliseconds(20'000));
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_THAT(contacts(), ElementsAre("2 closed")) << output->out << output->err;
  const auto device = opened("usb_hub");
  ASSERT_TRUE(device);
  EXPECT_EQ(device->as_switch()->read(2).value(), true) << "what the tool did";
}

}  // namespace
}  // namespace brewproof::testing
