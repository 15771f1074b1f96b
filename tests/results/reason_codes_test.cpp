// The page that lists the reason codes, held against the codes that there are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>

#include "results/sentences.h"
#include "tests/rig/evidence/temporary_folder.h"

namespace brewproof {
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;

const fs::path source = BREWPROOF_SOURCE_DIR;

std::string page() { return get_file((source / "results/reason-codes.md").string()); }

std::size_t times_in(const std::string& text, const std::string& piece) {
  std::size_t count = 0;
  for (std::size_t at = text.find(piece); at != std::string::npos; at = text.find(piece, at + 1))
    ++count;
  return count;
}

TEST(ReasonCodes, EachStandsOnThePageOnceWithItsSentence) {
  const std::string text = page();
  for (const auto& [code, meaning] : reason_codes()) {
    const std::string row = "| `" + std::string(code) + "` |";
    EXPECT_EQ(times_in(text, "\n" + row), 1u) << code;
    EXPECT_EQ(times_in(text, "\n" + row + " " + std::string(meaning) + " |\n"), 1u) << code;
  }
}

TEST(ReasonCodes, ThePageHasNoOthers) {
  std::set<std::string> known;
  for (const auto& [code, meaning] : reason_codes()) known.emplace(code);
  const std::string text = page();
  const std::regex row("\n\\| `([a-z_-]+)` \\| [^|]* \\|(?=\n)");
  std::size_t rows = 0;
  for (std::sregex_iterator at(text.begin(), text.end(), row), end; at != end; ++at, ++rows)
    EXPECT_TRUE(known.contains((*at)[1].str())) << (*at)[1].str();
  EXPECT_EQ(rows, known.size());
}

// Whatever is given as the reason of a run or of a finding has its sentence, so no report shows the
// bare code.
TEST(ReasonCodes, WhatTheProgramGivesAsAReasonHasASentence) {
  std::set<std::string> known, given, without;
  for (const auto& [code, meaning] : reason_codes()) known.emplace(code);
  const std::regex reason("reasons\\.(?:emplace_back|push_back)\\(\"([a-z]+(?:-[a-z]+)+)\"\\)");
  for (const auto& entry : fs::recursive_directory_iterator(source / "rig")) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string text = get_file(entry.path().string());
    for (std::sregex_iterator at(text.begin(), text.end(), reason), end; at != end; ++at)
      given.insert((*at)[1].str());
  }
  EXPECT_GE(given.size(), 10u);
  for (const std::string& code : given)
    if (!known.contains(code)) without.insert(code);
  EXPECT_THAT(without, IsEmpty());
}

}  // namespace
}  // namespace brewproof
