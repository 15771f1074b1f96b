// What `devices` and `devices --known` print, to the letter.

#include "rig/command/station/station_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <sstream>

#include "drivers/catalogue.h"
#include "rig/command/station/known_text.h"
#include "tests/rig/command/station_values.h"

namespace brewproof {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::array<UsbMatch, 1> relay_ids{{{.vid = "1a86", .pid = "7523", .shared = true}}};
constexpr std::array<UsbMatch, 1> board_ids{
    {{.vid = "16c0", .pid = "05df", .product = "USBRelay"}}};
constexpr std::array<OptionEntry, 2> options{{
    {"port", true, "serial port, as /dev/serial/by-path/..."},
    {"dialect", false,
     "which of the board's three languages is spoken; it is found out where it is absent, which "
     "costs one more question"},
}};
const DriverEntry relay{.name = "relay",
                        .summary = "A serial relay board",
                        .transport = "serial",
                        .capability = "switch",
                        .read_back = ReadBack::latch,
                        .source = "its maker's sheet",
                        .options = options,
                        .recognises = relay_ids};
const DriverEntry usb_board{.name = "usb_board",
                            .summary = "A USB relay board",
                            .transport = "usb",
                            .capability = "switch",
                            .read_back = ReadBack::pin,
                            .source = "its firmware",
                            .options = {},
                            .recognises = board_ids};
const DriverEntry watts{.name = "watts",
                        .summary = "A power meter",
                        .transport = "serial",
                        .capability = "meter",
                        .source = "a book",
                        .options = {},
                        .recognises = relay_ids};
constexpr std::array<const DriverEntry*, 3> table{&watts, &relay, &usb_board};

TEST(StationText, IsWhatAPersonPastesFrom) {
  Station station = with_ports({ch340("ttyUSB0", "1-1.4"), plain_port("/dev/ttyS0")});
  station.usb = {hid("1-1.2", "16c0", "05df", "", "USBRelay4"),
                 hid("1-3", "046d", "c31c", "Logitech", "Keyboard")};
  const auto boards = boards_of(station, table);
  FoundInterface shut = eth1();
  shut.name = "eth2";
  shut.carrier = false;
  shut.speed_mbit = 0;
  shut.addresses.clear();
  shut.heard.clear();
  shut.may_capture = false;
  shut.obstacle = "no privilege";
  EXPECT_EQ(station_text(boards, {eth1(), shut}),
            R"(Serial ports
  /dev/ttyUSB0  1a86:7523 "USB Serial", no serial number, USB socket 1-1.4
      /dev/serial/by-path/pci-0000:00:14.0-usb-0:1.4:1.0-port0
      an adapter on boards of several kinds; nothing here tells which this is, perhaps:
      meter: {driver: watts, usb: {path: 1-1.4, vid: 1a86, pid: 7523}}
      panel: {driver: relay, usb: {path: 1-1.4, vid: 1a86, pid: 7523}}
  /dev/ttyS0  not on USB
      no driver is usual for it; where it is, for a line of your own:
      port: /dev/ttyS0

USB devices that are no serial port
  USB socket 1-1.2  16c0:05df "USBRelay4", no serial number
      recognised: A USB relay board
      panel_2: {driver: usb_board, usb: {path: 1-1.2, vid: 16c0, pid: 05df}}
  USB socket 1-3  046d:c31c "Logitech" "Keyboard", no serial number
      no driver is usual for it; where it is, for a line of your own:
      usb: {path: 1-3, vid: 046d, pid: c31c}

GPIO chips
  none

Network interfaces
  eth1  up, cable, 1000 Mbit/s, 02:42:ac:11:00:02, 192.0.2.7
      heard just now, as dut: {mac: [...]}:
      mac: ["02:c0:ff:ee:00:01"]
      network: {capture: eth1}
  eth2  up, no cable, 02:42:ac:11:00:02
      cannot capture: no privilege
      network: {capture: eth2}

Next
  Paste the lines of boards below `resources:` and look whether `brewproof lint` agrees, or let
  `brewproof init` ask and write the whole file. `brewproof devices --known` lists every driver with
  its options.
)");
}

TEST(StationText, WhatADeviceCallsItselfCannotReachTheTerminal) {
  FoundPort port = ch340("ttyUSB0", "1-1");
  port.product = "\x1b]0;owned\x07\xe2\x80\xae";
  port.serial = "\x1b[2J";
  const std::string text = station_text(boards_of(with_ports({port}), table), {});
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\xe2\x80\xae")));
}

TEST(StationText, TheJsonHoldsTheSameLines) {
  const auto boards = boards_of(with_ports({ch340("ttyUSB0", "1-1.4")}), table);
  const auto json = station_json(boards, {eth1()});
  EXPECT_EQ(json["serial"][0]["bench"],
            "meter: {driver: watts, usb: {path: 1-1.4, vid: 1a86, pid: 7523}}");
  EXPECT_EQ(json["serial"][0]["serial"], nullptr);
  EXPECT_EQ(json["serial"][0]["drivers"][1]["name"], "relay");
  EXPECT_EQ(json["serial"][0]["drivers"][1]["sure"], false);
  EXPECT_EQ(json["serial"][0]["drivers"][1]["bench"],
            "panel: {driver: relay, usb: {path: 1-1.4, vid: 1a86, pid: 7523}}");
  EXPECT_EQ(json["interfaces"][0]["bench"], "network: {capture: eth1}");
  EXPECT_EQ(json["interfaces"][0]["heard"][0], "02:c0:ff:ee:00:01");
}

TEST(KnownText, IsACatalogueByCapability) {
  EXPECT_EQ(known_text(table, {.color = false, .width = 80}), R"(Switches: they close contacts

  relay
    A serial relay board
    transport   serial
    read-back   latch: the board repeats what it was told; a contact that sticks
                is not seen
    found by    1a86:7523 (an adapter on boards of several kinds)
    facts from  its maker's sheet
    port:       serial port, as /dev/serial/by-path/... (required)
    dialect:    which of the board's three languages is spoken; it is found out
                where it is absent, which costs one more question

  usb_board
    A USB relay board
    transport   usb
    read-back   pin: the board reads the level of its output pin; a contact that
                sticks is not seen
    found by    16c0:05df "USBRelay..."
    facts from  its firmware

Meters: they measure, independent of the machine

  watts
    A power meter
    transport   serial
    found by    1a86:7523 (an adapter on boards of several kinds)
    facts from  a book
)");
}

TEST(KnownText, FitsAHundredColumnsWithTheDriversOfThisProgram) {
  std::istringstream lines(known_text(driver_table()));
  std::size_t seen = 0;
  for (std::string line; std::getline(lines, line); ++seen) EXPECT_LE(line.size(), 100u) << line;
  EXPECT_GT(seen, 20u);
}

TEST(KnownText, TheJsonSaysWhatReadBackIsAndWhichOptionsAreRequired) {
  const auto json = known_json(table);
  EXPECT_EQ(json["drivers"][0]["name"], "watts");
  EXPECT_EQ(json["drivers"][0]["read_back"], "none");
  EXPECT_EQ(json["drivers"][2]["read_back"], "pin");
  EXPECT_EQ(json["drivers"][1]["options"][0]["required"], true);
  EXPECT_EQ(json["drivers"][1]["recognises"][0]["vid"], "1a86");
}

}  // namespace
}  // namespace brewproof
