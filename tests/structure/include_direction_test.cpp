// Who may include whom (rig/README.md). The architecture is what the includes say it is.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace brewproof {
namespace {

namespace fs = std::filesystem;

struct Include {
  std::string file;    // "rig/decode/http.cpp"
  std::string target;  // "rig/model/bytes.h" or "vector"
};

// The room a path is in: "rig/decode", "drivers", "results".
std::string room_of(const std::string& path) {
  const std::size_t first = path.find('/');
  if (first == std::string::npos) return "";
  const std::string top = path.substr(0, first);
  if (top != "rig") return top;
  const std::size_t second = path.find('/', first + 1);
  return second == std::string::npos ? "rig" : path.substr(0, second);
}

std::vector<Include> includes_of(const fs::path& root, const std::vector<std::string>& folders) {
  static const std::regex line_form(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
  std::vector<Include> found;
  for (const std::string& folder : folders)
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const std::string extension = entry.path().extension();
      if (extension != ".cpp" && extension != ".h") continue;
      std::ifstream in(entry.path());
      std::smatch match;
      for (std::string line; std::getline(in, line);)
        if (line.find("include") != std::string::npos && std::regex_search(line, match, line_form))
          found.push_back({fs::relative(entry.path(), root).string(), match[1]});
    }
  return found;
}

std::vector<Include> all_includes() {
  return includes_of(BREWPROOF_SOURCE_DIR, {"rig", "drivers", "results", "fixtures"});
}

bool is_ours(const std::string& target) {
  return target.starts_with("rig/") || target.starts_with("drivers/") ||
         target.starts_with("results/") || target.starts_with("fixtures/");
}

// Room -> rooms it may include, beside itself. rig/command wires everything.
const std::map<std::string, std::set<std::string>> allowed = {
    {"rig/model", {}},
    {"rig/process", {"rig/model"}},
    {"rig/yaml", {"rig/model"}},
    {"rig/bench", {"rig/model", "rig/yaml"}},
    {"rig/capture", {"rig/model", "rig/process"}},
    {"rig/evidence", {"rig/model"}},
    {"rig/guardian", {"rig/model", "rig/process", "rig/bench", "rig/evidence"}},
    {"rig/network", {"rig/model", "rig/process", "rig/bench"}},
    {"rig/procedure",
     {"rig/model", "rig/yaml", "rig/bench", "rig/capture", "rig/books", "rig/evidence"}},
    {"rig/decode", {"rig/model"}},
    {"rig/reading", {"rig/model", "rig/process", "rig/capture", "rig/decode"}},
    {"rig/proof", {"rig/model"}},
    {"rig/books", {"rig/model"}},
    {"rig/contract", {"rig/model", "rig/yaml", "rig/proof"}},
    {"rig/crosscheck", {"rig/model", "rig/process"}},
    {"drivers", {"rig/model", "rig/bench", "rig/process"}},
    {"results", {"rig/model"}},
    {"fixtures", {"rig/model", "rig/process", "rig/yaml"}},
};

TEST(IncludeDirection, EveryRoomIncludesOnlyWhatItMay) {
  std::vector<std::string> breaches;
  for (const Include& include : all_includes()) {
    const std::string room = room_of(include.file);
    const std::string target = room_of(include.target);
    if (!is_ours(include.target) || room == target || room == "rig/command" || room == "rig")
      continue;
    const auto rule = allowed.find(room);
    if (rule == allowed.end() || !rule->second.contains(target))
      breaches.push_back(include.file + " includes " + include.target);
  }
  EXPECT_THAT(breaches, ::testing::IsEmpty());
}

TEST(IncludeDirection, DriversSeeOnlyTheInterfacesOfTheBench) {
  std::vector<std::string> breaches;
  for (const Include& include : all_includes())
    if (room_of(include.file) == "drivers" && room_of(include.target) == "rig/bench" &&
        include.target != "rig/bench/capability.h" && include.target != "rig/bench/driver.h" &&
        include.target != "rig/bench/frame_table.h" &&
        include.target != "rig/bench/service_model.h")
      breaches.push_back(include.file + " includes " + include.target);
  EXPECT_THAT(breaches, ::testing::IsEmpty());
}

// A board is opened and talked to; only the driver of programs starts any.
TEST(IncludeDirection, OneDriverStartsPrograms) {
  std::vector<std::string> files;
  for (const Include& include : all_includes())
    if (room_of(include.file) == "drivers" && room_of(include.target) == "rig/process")
      files.push_back(include.file + " includes " + include.target);
  EXPECT_THAT(files, ::testing::ElementsAre("drivers/program.cpp includes rig/process/child.h"));
}

// Decode, proof and books are pure: no files, sockets, processes, threads or clocks. (What falls
// into parts is done by rig/model/parallel.h, with the result of one after another.)
TEST(IncludeDirection, DecodeProofAndBooksTouchNothingOutside) {
  const std::set<std::string> banned = {"fstream",
                                        "filesystem",
                                        "cstdio",
                                        "stdio.h",
                                        "iostream",
                                        "fcntl.h",
                                        "unistd.h",
                                        "thread",
                                        "mutex",
                                        "future",
                                        "ctime",
                                        "time.h",
                                        "sys/time.h",
                                        "sys/socket.h",
                                        "sys/stat.h",
                                        "netinet/in.h",
                                        "arpa/inet.h",
                                        "netdb.h",
                                        "pthread.h",
                                        "random",
                                        "sys/wait.h",
                                        "condition_variable",
                                        "stop_token",
                                        "semaphore",
                                        "boost/asio.hpp",
                                        "boost/process.hpp",
                                        "rig/model/clock.h"};
  std::vector<std::string> breaches;
  for (const Include& include : all_includes()) {
    const std::string room = room_of(include.file);
    if ((room == "rig/decode" || room == "rig/proof" || room == "rig/books") &&
        banned.contains(include.target))
      breaches.push_back(include.file + " includes " + include.target);
  }
  EXPECT_THAT(breaches, ::testing::IsEmpty());
}

// What a machine sends is decoded in a process that can do nothing else.
TEST(IncludeDirection, OneProgramRunsTheDecoder) {
  std::vector<std::string> files;
  for (const Include& include : all_includes())
    if (room_of(include.file) != "rig/decode" && include.target == "rig/decode/decoder.h")
      files.push_back(include.file);
  EXPECT_THAT(files, ::testing::ElementsAre("rig/reading/telling.h"));
}

TEST(IncludeDirection, EachLibraryStaysBehindItsRoom) {
  const std::vector<std::pair<std::regex, std::string>> homes = {
      {std::regex("^(sqlite3\\.h|SQLiteCpp/.*)$"), "results"},
      {std::regex("^(libserialport\\.h|libusb.*|modbus.*|gpiod\\.h)$"), "drivers"},
      {std::regex("^pcap.*\\.h$"), "rig/capture"},
      {std::regex("^nghttp2/.*\\.h$"), "rig/decode"},
      {std::regex("^google/protobuf/.*\\.h$"), "rig/reading"},
      {std::regex("^(seccomp\\.h|linux/landlock\\.h)$"), "rig/reading"},
  };
  std::vector<std::string> breaches;
  for (const Include& include : all_includes())
    for (const auto& [library, home] : homes)
      if (std::regex_match(include.target, library) && room_of(include.file) != home)
        breaches.push_back(include.file + " includes " + include.target);
  EXPECT_THAT(breaches, ::testing::IsEmpty());
}

TEST(IncludeDirection, BeastStaysOutOfHeaders) {
  std::vector<std::string> breaches;
  for (const Include& include : all_includes())
    if (include.file.ends_with(".h") && include.target.starts_with("boost/beast"))
      breaches.push_back(include.file + " includes " + include.target);
  EXPECT_THAT(breaches, ::testing::IsEmpty());
}

// A check that reads nothing finds nothing.
TEST(IncludeDirection, TheSourcesAreReallyRead) { EXPECT_GT(all_includes().size(), 200u); }

}  // namespace
}  // namespace brewproof
