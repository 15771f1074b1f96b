// What every entry of the driver table must hold.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/drivers/station.h"

namespace brewproof::testing {
namespace {

TEST(Catalogue, HasTheShippedDriversOnceEach) {
  std::vector<std::string_view> names;
  for (const DriverEntry* entry : driver_table()) names.push_back(entry->name);
  EXPECT_THAT(names, ::testing::UnorderedElementsAre("lcus_relay", "qibixx_mdb", "pzem004t",
                                                     "modbus_relay", "tasmota", "shelly",
                                                     "serial_line", "program", "gpio"));
}

TEST(Catalogue, EveryEntryIsComplete) {
  const std::set<std::string_view> transports{"serial", "usb", "http", "program", "gpio"};
  const std::set<std::string_view> capabilities{"switch", "meter", "reader"};
  for (const DriverEntry* entry : driver_table()) {
    EXPECT_TRUE(transports.contains(entry->transport)) << entry->name;
    std::istringstream words{std::string(entry->capability)};
    for (std::string word; words >> word;) EXPECT_TRUE(capabilities.contains(word)) << entry->name;
    EXPECT_FALSE(entry->capability.empty()) << entry->name;
    EXPECT_FALSE(entry->summary.empty()) << entry->name;
    EXPECT_FALSE(entry->source.empty()) << entry->name;
    ASSERT_NE(entry->open, nullptr) << entry->name;
    for (const OptionEntry& option : entry->options) EXPECT_FALSE(option.meaning.empty());
  }
}

TEST(Catalogue, EverySerialDriverRefusesAPortThatIsNotThere) {
  for (const DriverEntry* entry : driver_table()) {
    if (entry->transport != "serial") continue;
    Station station;
    EXPECT_FAILS(station.open(std::string(entry->name), {{"port", "/dev/no-such-port"}}),
                 ErrorCode::io, "there is no port /dev/no-such-port");
  }
}

TEST(Catalogue, EveryDriverIsInTheReadme) {
  std::ifstream in(std::string(BREWPROOF_SOURCE_DIR) + "/drivers/README.md");
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  for (const DriverEntry* entry : driver_table())
    EXPECT_THAT(text, ::testing::HasSubstr("`" + std::string(entry->name) + "`"));
}

}  // namespace
}  // namespace brewproof::testing
