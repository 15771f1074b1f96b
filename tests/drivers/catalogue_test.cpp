// What every entry of the driver table must hold.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "drivers/shipped_tables.h"
#include "rig/bench/frame_table.h"
#include "tests/drivers/station.h"

namespace brewproof::testing {
namespace {

TEST(Catalogue, HasTheShippedDriversAndTablesOnceEach) {
  std::set<std::string> expected{"lcus_relay", "qibixx_mdb", "pzem004t",    "modbus_relay",
                                 "tasmota",    "shelly",     "serial_line", "program",
                                 "gpio",       "frames",     "dcttech"};
  const std::filesystem::path tables =
      std::filesystem::path(BREWPROOF_SOURCE_DIR) / "drivers/tables";
  for (const auto& entry : std::filesystem::directory_iterator(tables))
    expected.insert(entry.path().stem().string());
  std::vector<std::string> names;
  for (const DriverEntry* entry : driver_table()) names.emplace_back(entry->name);
  EXPECT_THAT(names, ::testing::UnorderedElementsAreArray(expected));
}

TEST(Catalogue, EveryEntryIsComplete) {
  const std::set<std::string_view> transports{"serial", "usb", "http", "program", "gpio"};
  const std::set<std::string_view> capabilities{"switch", "pulse", "meter", "reader"};
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
    ResourceConfig resource{.name = "dev",
                            .driver = std::string(entry->name),
                            .options = {{"port", "/dev/no-such-port"}},
                            .place = "bench.yaml:1:1"};
    if (entry->name == "frames") {
      const auto table = std::make_shared<FrameTable>();
      table->channels = 1;
      resource.table = table;
    }
    EXPECT_FAILS(entry->open(resource, {station.clock, {}}), ErrorCode::io,
                 "there is no port /dev/no-such-port");
  }
}

// Tables say the same of themselves in drivers/tables.
TEST(Catalogue, EveryDriverOfItsOwnCodeIsInTheReadme) {
  std::ifstream in(std::string(BREWPROOF_SOURCE_DIR) + "/drivers/README.md");
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const std::size_t coded = driver_table().size() - shipped_tables().size();
  for (const DriverEntry* entry : driver_table().first(coded))
    EXPECT_THAT(text, ::testing::HasSubstr("`" + std::string(entry->name) + "`"));
}

}  // namespace
}  // namespace brewproof::testing
