// Which drivers a device is usual for.

#include "drivers/recognition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "drivers/catalogue.h"

namespace brewproof {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::array<UsbMatch, 1> ch340{{{.vid = "1a86", .pid = "7523", .shared = true}}};
constexpr std::array<UsbMatch, 1> dcttech{
    {{.vid = "16c0", .pid = "05df", .manufacturer = "www.dcttech.com", .product = "USBRelay"}}};
constexpr std::array<UsbMatch, 2> bitbang{{{.vid = "0403", .pid = "6001", .shared = true},
                                           {.vid = "0403", .pid = "6001", .product = "Relay8"}}};
constexpr std::array<UsbMatch, 2> board{{{.vid = "0403", .pid = "6001", .product = "KMTronic"},
                                         {.vid = "0403", .pid = "6001", .shared = true}}};
DriverEntry entry(std::string_view name, std::span<const UsbMatch> recognises) {
  DriverEntry driver;
  driver.name = name;
  driver.recognises = recognises;
  return driver;
}
const DriverEntry serial_relay = entry("serial_relay", ch340), meter = entry("meter", ch340),
                  hid_relay = entry("hid_relay", dcttech),
                  adapter_only = entry("adapter_only", bitbang),
                  named_board = entry("named_board", board);
constexpr std::array<const DriverEntry*, 5> table{&serial_relay, &meter, &hid_relay, &adapter_only,
                                                  &named_board};

std::vector<std::string> names(const UsbSelf& device) {
  std::vector<std::string> found;
  for (const Recognised& each : recognise(device, table))
    found.push_back(std::string(each.driver->name) + (each.sure ? "!" : ""));
  return found;
}

TEST(Recognition, ASharedAdapterChipNamesAllItIsUsualForInTheTablesOrder) {
  EXPECT_THAT(names({"1a86", "7523", "", "USB Serial"}), ElementsAre("serial_relay", "meter"));
}

TEST(Recognition, SharedIdsNeedTheMakersOwnTexts) {
  EXPECT_THAT(names({"16c0", "05df", "www.dcttech.com", "USBRelay2"}), ElementsAre("hid_relay!"));
  EXPECT_THAT(names({"16c0", "05df", "obdev.at", "LEDs"}), IsEmpty());
}

TEST(Recognition, TheSurestIsFirst) {
  EXPECT_THAT(names({"0403", "6001", "FTDI", "KMTronic USB Relay"}),
              ElementsAre("named_board!", "adapter_only"));
}

TEST(Recognition, WhatNobodyKnowsHasNoDriver) {
  EXPECT_THAT(names({"046d", "c31c", "", ""}), IsEmpty());
}

TEST(Recognition, ACh340IsUsualForRelayBoardAndMeter) {
  std::vector<std::string_view> found;
  for (const Recognised& each : recognise({"1a86", "7523", "", "USB Serial"}, driver_table()))
    found.push_back(each.driver->name);
  EXPECT_THAT(found, ::testing::IsSupersetOf({"lcus_relay", "pzem004t"}));
}

// What is written otherwise matches nothing.
TEST(Recognition, IdsInTheTableAreFourLowerCaseHexDigits) {
  for (const DriverEntry* driver : driver_table())
    for (const UsbMatch& match : driver->recognises)
      for (const std::string_view id : {match.vid, match.pid})
        EXPECT_TRUE(id.size() == 4 &&
                    id.find_first_not_of("0123456789abcdef") == std::string_view::npos)
            << driver->name << " " << id;
}

}  // namespace
}  // namespace brewproof
