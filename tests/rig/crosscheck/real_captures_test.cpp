// Our decoder against tshark on captures of real traffic, file by file: every difference is known,
// and every known one is still there.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "tests/rig/crosscheck/agreement.h"

namespace brewproof {
namespace {

std::string folder_of_captures() {
  const char* named = std::getenv("BREWPROOF_CAPTURES");
  return named != nullptr ? named : std::string(BREWPROOF_SOURCE_DIR) + "/../shared/data/captures";
}

TEST(RealCaptures, EveryDifferenceWithTsharkIsExplained) {
  const std::string folder = folder_of_captures();
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no captures of real traffic at " << folder;
  const auto agreement = agreement_on(folder);
  if (!agreement && agreement.error().code == ErrorCode::host)
    GTEST_SKIP() << agreement.error().message;
  ASSERT_TRUE(agreement) << agreement.error().message;
  EXPECT_GT(agreement->rows.size(), 50u);
  std::set<const Known*> met;
  for (const Row& row : agreement->rows) {
    EXPECT_TRUE(row.agrees() || row.explained())
        << row.file << " " << row.opinion.kind << ": " << row.opinion.differing << " differ, "
        << row.opinion.alone << " alone";
    if (!row.agrees()) met.insert(row.known);
  }
  for (const Known& known : known_differences())
    EXPECT_TRUE(met.contains(&known)) << known.file << " " << known.kind << ": no difference now";
  EXPECT_TRUE(agreement->unheard.empty()) << agreement->unheard.front();
}

}  // namespace
}  // namespace brewproof
