// Every target over its seeds, and over each seed cut and changed a little. Inputs that once broke
// something stay among them.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "tests/fuzz/target.h"

namespace brewproof::fuzz {
namespace {

namespace fs = std::filesystem;

/// Its own, and for a room those of all rooms: what it should leave alone is hostile to it too.
std::vector<fs::path> seeds_of(const std::string& target) {
  std::vector<fs::path> seeds;
  const bool room = target.starts_with("room_");
  for (const auto& folder : fs::directory_iterator(BREWPROOF_SOURCE_DIR "/tests/fuzz/corpus")) {
    const std::string name = folder.path().filename();
    if (name != target && !(room && name.starts_with("room_"))) continue;
    for (const auto& entry : fs::directory_iterator(folder)) seeds.push_back(entry.path());
  }
  std::ranges::sort(seeds);
  return seeds;
}

Bytes content_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class Corpus : public ::testing::TestWithParam<Target> {};

TEST_P(Corpus, EverySeedIsTakenWholeCutAndChanged) {
  const auto seeds = seeds_of(GetParam().name);
  ASSERT_FALSE(seeds.empty()) << "tests/fuzz/corpus/" << GetParam().name << " holds no seed";
  for (const fs::path& path : seeds) {
    SCOPED_TRACE(path);
    const Bytes seed = content_of(path);
    ASSERT_FALSE(seed.empty());
    EXPECT_LE(seed.size(), 8192u) << "seeds are small";
    GetParam().run(seed);
    // About a hundred of each, so that a long seed takes no longer than a short one.
    const std::size_t step = seed.size() / 100 + 1;
    for (std::size_t at = 0; at < seed.size(); at += step) {
      GetParam().run(ByteView(seed).first(at));
      Bytes changed = seed;
      changed[at] ^= 0x80;
      GetParam().run(changed);
      changed[at] = 0xff;
      GetParam().run(changed);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Of, Corpus, ::testing::ValuesIn(targets()),
                         [](const auto& target) { return target.param.name; });

// A seed that its room leaves alone says nothing of the room.
TEST(Corpora, OfARoomAreReadByIt) {
  for (const std::string& name : room_names()) {
    const fs::path folder = fs::path(BREWPROOF_SOURCE_DIR "/tests/fuzz/corpus") / ("room_" + name);
    EXPECT_TRUE(fs::exists(folder)) << name << " has no seed of its own";
    if (!fs::exists(folder)) continue;
    for (const auto& entry : fs::directory_iterator(folder))
      EXPECT_GT(room(name, content_of(entry.path())), 0u) << entry.path();
  }
}

TEST(Corpora, BelongToTargets) {
  std::set<std::string> names;
  for (const Target& target : targets()) names.insert(target.name);
  for (const auto& entry : fs::directory_iterator(BREWPROOF_SOURCE_DIR "/tests/fuzz/corpus"))
    EXPECT_TRUE(names.contains(entry.path().filename())) << entry.path();
}

}  // namespace
}  // namespace brewproof::fuzz
