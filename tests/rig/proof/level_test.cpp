// The exact law holds its level on backgrounds that fool the usual tests: the lots are dealt anew
// many thousand times over traffic that knows nothing of them.
#include <gtest/gtest.h>

#include <functional>

#include "rig/model/generator.h"
#include "rig/proof/stratified.h"

namespace brewproof {
namespace {

constexpr int blocks = 4, slots = 8, acts = 4;
constexpr int deals = 20'000;

/// Which of the 32 slots show a message; drawn anew for each deal.
using Background = std::function<std::vector<bool>(Generator&)>;

struct Level {
  int at_0_01 = 0, at_0_001 = 0;
};

Level count_false_alarms(const Background& background, std::uint64_t seed) {
  Generator generator(seed);
  Level level;
  for (int deal = 0; deal < deals; ++deal) {
    const std::vector<bool> shows = background(generator);
    std::vector<BlockCount> counts;
    std::size_t hits = 0;
    for (std::size_t b = 0; b < blocks; ++b) {
      std::vector<char> lots = {1, 1, 1, 1, 0, 0, 0, 0};
      generator.shuffle(std::span(lots));
      BlockCount count{slots, acts, 0};
      for (std::size_t s = 0; s < slots; ++s) {
        if (!shows[b * slots + s]) continue;
        ++count.seen;
        if (lots[s] != 0) ++hits;
      }
      counts.push_back(count);
    }
    const double p = upper_tail(stratified_law(counts)).at(hits);
    if (p <= 0.01) ++level.at_0_01;
    if (p <= 0.001) ++level.at_0_001;
  }
  return level;
}

// Of 20,000 deals at most 1 % (0.1 %) may come out at 0.01 (0.001): 200 (20) are expected at most,
// with standard deviation 14.1 (4.5). Five of these above: 271 (42).
void expect_level(const Level& level) {
  EXPECT_LE(level.at_0_01, 271);
  EXPECT_LE(level.at_0_001, 42);
}

TEST(Level, HoldsWhereTheBackgroundHitsOncePerBlock) {
  expect_level(count_false_alarms(
      [](Generator& generator) {
        std::vector<bool> shows(blocks * slots);
        for (std::size_t b = 0; b < blocks; ++b) shows[b * slots + generator.below(slots)] = true;
        return shows;
      },
      1));
}

TEST(Level, HoldsWhereTheBackgroundComesInBursts) {
  expect_level(count_false_alarms(
      [](Generator& generator) {
        std::vector<bool> shows(blocks * slots);
        for (std::size_t s = 0; s < shows.size();) {
          const std::size_t quiet = generator.below(9), burst = 1 + generator.below(8);
          for (s += quiet; s < shows.size() && s % 64 < s + burst; ++s) {
            shows[s] = true;
            if (generator.below(burst) == 0) break;
          }
        }
        return shows;
      },
      2));
}

TEST(Level, HoldsWhereTheBackgroundIsAClock) {
  expect_level(count_false_alarms(
      [](Generator& generator) {
        std::vector<bool> shows(blocks * slots);
        for (std::size_t s = generator.below(2); s < shows.size(); s += 2) shows[s] = true;
        return shows;
      },
      3));
}

TEST(Level, IsReachedWhereTheLawIsFine) {
  // Half of all slots: the law has many steps, so the level is nearly used up. A test that never
  // alarms would hold any level.
  const Level level = count_false_alarms(
      [](Generator& generator) {
        std::vector<bool> shows(blocks * slots);
        for (std::size_t s = 0; s < shows.size(); ++s) shows[s] = generator.below(2) == 0;
        return shows;
      },
      4);
  expect_level(level);
  EXPECT_GE(level.at_0_01, 40);
  EXPECT_GE(level.at_0_001, 2);
}

}  // namespace
}  // namespace brewproof
