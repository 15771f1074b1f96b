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

namespace fs = std::filesystem;
const fs::path source = BREWPROOF_SOURCE_DIR;

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A file whose rig_driver() line was forgotten would be built into nothing.
TEST(Catalogue, HasEveryDriversFileAndTableOnce) {
  std::set<std::string> expected;
  for (const auto& entry : fs::directory_iterator(source / "drivers"))
    if (entry.path().extension() == ".cpp" &&
        text_of(entry.path()).find("constinit const DriverEntry ") != std::string::npos)
      expected.insert(entry.path().stem().string());
  for (const auto& entry : fs::directory_iterator(source / "drivers/tables"))
    expected.insert(entry.path().stem().string());
  EXPECT_TRUE(expected.contains("lcus_relay"));
  std::vector<std::string> names;
  for (const DriverEntry* entry : driver_table()) names.emplace_back(entry->name);
  EXPECT_THAT(names, ::testing::UnorderedElementsAreArray(expected));
}

TEST(Catalogue, EveryEntryIsComplete) {
  const std::set<std::string_view> transports{"serial", "usb", "http", "program", "gpio"};
  const std::set<std::string_view> capabilities{"switch", "pulse", "input",  "meter",
                                                "reader", "audit", "machine"};
  for (const DriverEntry* entry : driver_table()) {
    EXPECT_TRUE(transports.contains(entry->transport)) << entry->name;
    std::istringstream words{std::string(entry->capability)};
    for (std::string word; words >> word;) EXPECT_TRUE(capabilities.contains(word)) << entry->name;
    EXPECT_FALSE(entry->capability.empty()) << entry->name;
    EXPECT_EQ(
        entry->capability.find("meter") == std::string_view::npos || entry->name == "line_sensor",
        entry->measures.empty())
        << entry->name;
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

// Boards on USB and tables say the same of themselves, which `devices --known` prints.
TEST(Catalogue, EveryOtherDriverIsInTheReadme) {
  const std::string text = text_of(source / "drivers/README.md");
  const std::size_t coded = driver_table().size() - shipped_tables().size();
  for (const DriverEntry* entry : driver_table().first(coded)) {
    if (entry->transport == "usb") continue;
    EXPECT_THAT(text, ::testing::HasSubstr("`" + std::string(entry->name) + "`"));
  }
}

// Row by row: `name` in the first column.
TEST(Catalogue, TheReadmeNamesNoDriverThatIsNone) {
  std::istringstream lines(text_of(source / "drivers/README.md"));
  int rows = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| `")) continue;
    const std::string name = line.substr(3, line.find('`', 3) - 3);
    EXPECT_NE(find_driver(driver_table(), name), nullptr) << name;
    ++rows;
  }
  EXPECT_GT(rows, 0);
}

}  // namespace
}  // namespace brewproof::testing
