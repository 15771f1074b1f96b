// dcttech boards: the bytes are those of usb-relay-hid's and usbrelay's descriptions (see
// drivers/dcttech.cpp), the device is simulated below libusb.

#include "rig/process/child.h"
#include "tests/drivers/usb/usb_station.h"

namespace brewproof::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string set_feature_setup = "21 09 00 03 00 00 08 00 ";
const Bytes get_feature_setup = hex("A1 01 00 03 00 00 08 00");

class Dcttech : public UsbStation {};

TEST_F(Dcttech, SwitchesAChannelAndReadsItBack) {
  plug("dcttech");
  const auto device = opened("dcttech");
  ASSERT_TRUE(device);
  EXPECT_EQ(device->identity(), "USBRelay4, id 6QMBS");
  Switch& relay = *device->as_switch();
  EXPECT_EQ(relay.read_back(), ReadBack::latch);
  exchanges.clear();
  ASSERT_TRUE(relay.set(1, true));
  ASSERT_TRUE(relay.set(3, true));
  EXPECT_EQ(relay.read(3).value(), true);
  EXPECT_EQ(relay.read(2).value(), false);
  ASSERT_TRUE(relay.set(1, false));
  EXPECT_THAT(contacts(), ElementsAre("1 closed", "3 closed", "1 open"));
  ASSERT_EQ(exchanges.size(), 5u);
  EXPECT_EQ(exchanges[0].written, hex(set_feature_setup + "FF 01 00 00 00 00 00 00"));
  EXPECT_EQ(exchanges[1].written, hex(set_feature_setup + "FF 03 00 00 00 00 00 00"));
  EXPECT_EQ(exchanges[2].written, get_feature_setup);
  EXPECT_EQ(exchanges[2].received, hex("36 51 4D 42 53 00 00 05"));
  EXPECT_EQ(exchanges[4].written, hex(set_feature_setup + "FD 01 00 00 00 00 00 00"));
}

TEST_F(Dcttech, AllOffIsOneCommand) {
  plug("dcttech");
  const auto device = opened("dcttech");
  ASSERT_TRUE(device);
  ASSERT_TRUE(device->as_switch()->set(2, true));
  ASSERT_TRUE(device->as_switch()->set(4, true));
  exchanges.clear();
  ASSERT_TRUE(device->as_switch()->all_off());
  EXPECT_THAT(contacts(), ElementsAre("2 closed", "4 closed", "2 open", "4 open"));
  ASSERT_EQ(exchanges.size(), 1u);
  EXPECT_EQ(exchanges[0].written, hex(set_feature_setup + "FC 00 00 00 00 00 00 00"));
}

// The firmware has no bounds check: a wrong number would reach other memory.
TEST_F(Dcttech, AChannelThatTheBoardLacksIsNeverSent) {
  plug("dcttech", {}, {.channels = 2});
  const auto device = opened("dcttech");
  ASSERT_TRUE(device);
  exchanges.clear();
  EXPECT_FAILS(device->as_switch()->set(0, true), ErrorCode::usage, "dev has no channel 0");
  EXPECT_FAILS(device->as_switch()->set(3, true), ErrorCode::usage, "its board has 2");
  EXPECT_THAT(exchanges, IsEmpty());
}

TEST_F(Dcttech, AnotherNumberOfChannelsThanTheBenchFileSaysIsRefused) {
  plug("dcttech", {}, {.channels = 2});
  EXPECT_FAILS(open("dcttech", {{"channels", "4"}}), ErrorCode::bad_file,
               "has 2 channels and the bench file says 4");
}

TEST_F(Dcttech, TheIdInsideTheReportTellsBoardsApart) {
  plug("dcttech", {}, {.path = "1-2", .id = "ZZZZZ", .channels = 8});
  plug("dcttech");
  const auto device = opened("dcttech", {{"usb.serial", "6QMBS"}});
  ASSERT_TRUE(device);
  EXPECT_EQ(device->identity(), "USBRelay4, id 6QMBS");
}

TEST_F(Dcttech, TwoBoardsAreListedWithTheirIds) {
  plug("dcttech", {}, {.path = "1-2", .id = "ZZZZZ", .channels = 8});
  plug("dcttech");
  const auto device = open("dcttech", {});
  EXPECT_FAILS(device, ErrorCode::io, "2 boards are a dcttech USBRelay");
  EXPECT_THAT(
      device.error().message,
      HasSubstr("usb: {path: 1-2, vid: 16c0, pid: 05df, serial: \"ZZZZZ\"}  \"USBRelay8\""));
  EXPECT_THAT(device.error().message, HasSubstr("tell them apart by their serial numbers"));
}

TEST_F(Dcttech, AnotherVUsbDeviceIsNotTaken) {
  Stranger thermometer({.vid = 0x16C0,
                        .pid = 0x05DF,
                        .manufacturer = "somebody.example",
                        .product = "Thermometer",
                        .serial = "",
                        .endpoints = {},
                        .report_descriptor = {}});
  bus.plug(thermometer, "1-2");
  EXPECT_FAILS(open("dcttech", {}), ErrorCode::io, "no dcttech USBRelay is plugged in");
}

// The command was obeyed and its acknowledgement lost: only a read-back can tell.
TEST_F(Dcttech, SilenceLeavesTheStateUnknownUntilItIsRead) {
  plug("dcttech", {"silent@2"});
  const auto device = opened("dcttech");
  ASSERT_TRUE(device);
  EXPECT_FAILS(device->as_switch()->set(1, true), ErrorCode::timeout, "its state is unknown");
  EXPECT_EQ(device->as_switch()->read(1).value(), true);
  EXPECT_THAT(contacts(), ElementsAre("1 closed"));
}

TEST_F(Dcttech, ALateAnswerIsNotTakenForTheNextOne) {
  plug("dcttech", {"late:900@2"});
  const auto device = opened("dcttech");
  ASSERT_TRUE(device);
  EXPECT_FAILS(device->as_switch()->read(1), ErrorCode::timeout, "dev: the device did not answer");
  ASSERT_TRUE(device->as_switch()->set(1, true));
  EXPECT_EQ(device->as_switch()->read(1).value(), true);
}

TEST_F(Dcttech, AReportCutAtAnyByteIsRefused) {
  for (int length = 0; length < 8; ++length) {
    plug("dcttech", {fmt::format("truncate:{}@2", length)}, {.path = "1-3"});
    const auto device = opened("dcttech", {{"usb.path", "1-3"}});
    ASSERT_TRUE(device);
    EXPECT_FAILS(device->as_switch()->read(1), ErrorCode::protocol, "dev answered");
    EXPECT_EQ(device->as_switch()->read(1).value(), false);
    bus.unplug("1-3");
  }
}

TEST_F(Dcttech, AStateOfRelaysThatTheBoardLacksIsRefused) {
  plug("dcttech", {"corrupt@2"});
  const auto device = opened("dcttech");
  ASSERT_TRUE(device);
  EXPECT_FAILS(device->as_switch()->read(1), ErrorCode::protocol,
               "6QMBS\\x00\\x00\\xff\" where an id of 5 characters, 00 and the state of 4 relays");
}

TEST_F(Dcttech, UnpluggedInMidActItIsGoneAndFoundAgainByItsId) {
  plug("dcttech", {"vanish:50@3"});
  auto device = opened("dcttech", {{"usb.serial", "6QMBS"}});
  ASSERT_TRUE(device);
  EXPECT_FAILS(device->as_switch()->set(1, true), ErrorCode::io, "the device is gone");
  EXPECT_FAILS(device->as_switch()->all_off(), ErrorCode::io, "the device is gone");
  device.reset();
  bus.settle();
  const auto again = opened("dcttech", {{"usb.serial", "6QMBS"}});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->as_switch()->read(1).value(), false) << "power was lost: all off";
}

// Debian's usbrelay: another author's client, through hidapi and the kernel's hidraw.
class UsbrelayTool : public Dcttech {
 protected:
  Child::Output run(std::vector<std::string> arguments) {
    ChildSettings settings{.program = "usbrelay",
                           .arguments = std::move(arguments),
                           .environment = bus.environment(),
                           .pipe_stdout = true,
                           .pipe_stderr = true,
                           .working_folder = ""};
    auto child = Child::start(settings);
    if (!child) {
      missing = child.error().message;
      return {};
    }
    auto output = child->finish(milliseconds(20'000));
    if (output) return *output;
    ADD_FAILURE() << output.error().message;
    return {};
  }
  std::string missing;
};

TEST_F(UsbrelayTool, SeesAndSwitchesTheSameBoard) {
  plug("dcttech");
  const auto listed = run({});
  if (!missing.empty()) GTEST_SKIP() << missing << " (package usbrelay)";
  EXPECT_THAT(listed.out, HasSubstr("6QMBS_1=0")) << listed.err;
  run({"6QMBS_2=1"});
  EXPECT_THAT(contacts(), ElementsAre("2 closed"));
  {
    const auto device = opened("dcttech");
    ASSERT_TRUE(device);
    EXPECT_EQ(device->as_switch()->read(2).value(), true) << "what the tool did";
    ASSERT_TRUE(device->as_switch()->set(3, true));
  }
  EXPECT_THAT(run({}).out, HasSubstr("6QMBS_3=1")) << "what we did, once the board is free again";
}

}  // namespace
}  // namespace brewproof::testing
