#include "rig/proof/e_value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "rig/model/generator.h"

namespace brewproof {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

TEST(EValue, PaysOutAtFairOdds) {
  // Four of four acts, no sham: 1/70 by the lots.
  EXPECT_NEAR(std::exp(log_e_value({8, 4, 4}, 4, infinite)), 70, 1e-9);
  EXPECT_EQ(log_e_value({8, 4, 4}, 3, infinite), -infinite);
  // P(a) = 1, 16, 36, 16, 1 of 70. Odds 5: 1 + 80 + 900 + 2000 + 625 = 3606 of 70.
  EXPECT_NEAR(std::exp(log_e_value({8, 4, 4}, 4, 5)), 625.0 * 70 / 3606, 1e-9);
  EXPECT_NEAR(std::exp(log_e_value({8, 4, 4}, 3, 5)), 125.0 * 70 / 3606, 1e-9);
  EXPECT_NEAR(std::exp(log_e_value({8, 4, 4}, 0, 5)), 70.0 / 3606, 1e-9);
  // Two slots of eight show it, both are acts: C(6,2)/C(8,4) = 15/70.
  EXPECT_NEAR(std::exp(log_e_value({8, 4, 2}, 2, infinite)), 70.0 / 15, 1e-9);
}

TEST(EValue, WhereAllOrNoneShowItThereIsNothingToBetOn) {
  for (const OddsBet& bet : odds_bets) {
    EXPECT_EQ(log_e_value({8, 4, 0}, 0, bet.odds), 0);
    EXPECT_EQ(log_e_value({8, 4, 8}, 4, bet.odds), 0);
  }
  EXPECT_NEAR(log_e_value({}, {}), 0, 1e-12);  // the whole stake
}

TEST(EValue, HasMeanOneWhateverTheTraffic) {
  for (std::size_t slots = 1; slots <= 10; ++slots)
    for (std::size_t acts = 0; acts <= slots; ++acts)
      for (std::size_t seen = 0; seen <= slots; ++seen) {
        const BlockCount block{slots, acts, seen};
        const Law law = hypergeometric(block);
        for (const OddsBet& bet : odds_bets) {
          double mean = 0;
          for (std::size_t i = 0; i < law.probability.size(); ++i)
            mean += law.probability[i] * std::exp(log_e_value(block, law.first + i, bet.odds));
          ASSERT_NEAR(mean, 1, 1e-9) << slots << " " << acts << " " << seen << " " << bet.odds;
        }
      }
}

TEST(EValue, OfTwoBlocksHasMeanOneToo) {
  const std::vector<BlockCount> blocks = {{8, 4, 3}, {6, 3, 2}};
  const Law one = hypergeometric(blocks[0]), other = hypergeometric(blocks[1]);
  double mean = 0;
  for (std::size_t i = 0; i < one.probability.size(); ++i)
    for (std::size_t j = 0; j < other.probability.size(); ++j)
      mean += one.probability[i] * other.probability[j] *
              std::exp(log_e_value(blocks, std::vector{one.first + i, other.first + j}));
  EXPECT_NEAR(mean, 1, 1e-9);
}

TEST(EValue, ThePartsOfTheStakeAreAWhole) {
  double whole = 0;
  for (const OddsBet& bet : odds_bets) whole += bet.part;
  EXPECT_NEAR(whole, 1, 1e-12);
}

TEST(EValue, EachPartStaysOnItsOdds) {
  // Three perfect blocks. Odds 100: 1 + 1600 + 36e4 + 16e6 + 1e8 = 116,361,601; 20: 302,721.
  const std::vector<BlockCount> blocks(3, BlockCount{8, 4, 4});
  const std::vector<std::size_t> hits(3, 4);
  const double of_100 = 1e8 * 70 / 116'361'601, of_20 = 160'000.0 * 70 / 302'721,
               of_5 = 625.0 * 70 / 3606;
  const double e =
      0.5 * 343'000 + (std::pow(of_100, 3) + std::pow(of_20, 3) + std::pow(of_5, 3)) / 6;
  EXPECT_NEAR(std::exp(log_e_value(blocks, hits)), e, 1e-6 * e);
  EXPECT_NEAR(p_of_log_e(log_e_value(blocks, hits)), 1 / e, 1e-6 / e);
  // One act without it loses the bet on infinite odds, and nothing else.
  const double missed = std::exp(log_e_value(blocks, std::vector<std::size_t>{4, 4, 3}));
  EXPECT_NEAR(missed,
              (std::pow(of_100, 3) / 100 + std::pow(of_20, 3) / 20 + std::pow(of_5, 3) / 5) / 6,
              1e-6 * missed);
}

TEST(EValue, AHundredPerfectBlocksDoNotOverflow) {
  const std::vector<BlockCount> blocks(100, BlockCount{8, 4, 4});
  const std::vector<std::size_t> hits(100, 4);
  EXPECT_NEAR(log_e_value(blocks, hits), 100 * std::log(70) - std::log(2), 1e-3);
  EXPECT_GE(p_of_log_e(log_e_value(std::vector(300, BlockCount{8, 4, 4}),
                                   std::vector<std::size_t>(300, 4))),
            1e-300);
  EXPECT_EQ(p_of_log_e(-5), 1);
}

/// Which of a run's slots show a message that knows nothing of the lots.
using Background = std::vector<bool> (*)(Generator&);
constexpr int most_blocks = 10, slots_in_block = 8;

std::vector<bool> once_per_block(Generator& generator) {
  std::vector<bool> shows(most_blocks * slots_in_block);
  for (std::size_t b = 0; b < most_blocks; ++b)
    shows[b * slots_in_block + generator.below(slots_in_block)] = true;
  return shows;
}
/// Four times in a row in every block, somewhere.
std::vector<bool> in_bursts(Generator& generator) {
  std::vector<bool> shows(most_blocks * slots_in_block);
  for (std::size_t b = 0; b < most_blocks; ++b) {
    const std::size_t from = generator.below(5);
    for (std::size_t s = from; s < from + 4; ++s) shows[b * slots_in_block + s] = true;
  }
  return shows;
}

/// A bet that acts show it nine times of ten and shams once, against half of all slots, each slot
/// for itself: an e-value where slots are independent trials that show it half of the time.
double log_e_of_independent(bool act, bool shows) {
  return std::log((act == shows ? 0.9 : 0.1) / 0.5);
}

// Four slots of each block show it, whatever the lots: half of all, but not independently. Of 70
// falls 1, 16, 36, 16 and 1 have 0 to 4 acts among them; 256/70 x (0.9^8 + 16 x 0.9^6 x 0.1^2 +
// ...).
TEST(Peeking, ABetOnIndependentSlotsHasNoMeanOfOne) {
  double mean = 0;
  const Law law = hypergeometric({8, 4, 4});
  for (int a = 0; a <= 4; ++a)
    mean += law.probability[static_cast<std::size_t>(a)] *
            std::exp(2 * a * log_e_of_independent(true, true) +
                     2 * (4 - a) * log_e_of_independent(true, false));
  EXPECT_NEAR(mean, 1.894, 0.001);
}

struct Peeked {
  int by_lots = 0, independent = 0, fixed = 0;  // runs in which p was ever 0.01 or less
};

/// A look after each block; the run ends with the first p that pleases.
Peeked peek(Background background, std::uint64_t seed) {
  Generator generator(seed);
  Peeked peeked;
  for (int run = 0; run < 20'000; ++run) {
    const std::vector<bool> shows = background(generator);
    std::vector<BlockCount> blocks;
    std::vector<std::size_t> hits;
    std::size_t all = 0;
    double slot_by_slot = 0;
    bool by_lots = false, independent = false, fixed = false;
    for (std::size_t b = 0; b < most_blocks; ++b) {
      std::vector<char> lots = {1, 1, 1, 1, 0, 0, 0, 0};
      generator.shuffle(std::span(lots));
      blocks.push_back({slots_in_block, 4, 0});
      hits.push_back(0);
      for (std::size_t s = 0; s < slots_in_block; ++s) {
        const bool shown = shows[b * slots_in_block + s];
        if (shown) ++blocks.back().seen;
        if (shown && lots[s] != 0) ++hits.back();
        slot_by_slot += log_e_of_independent(lots[s] != 0, shown);
      }
      all += hits.back();
      by_lots = by_lots || p_of_log_e(log_e_value(blocks, hits)) <= 0.01;
      independent = independent || p_of_log_e(slot_by_slot) <= 0.01;
      fixed = fixed || upper_tail(stratified_law(blocks)).at(all) <= 0.01;
    }
    peeked.by_lots += by_lots ? 1 : 0;
    peeked.independent += independent ? 1 : 0;
    peeked.fixed += fixed ? 1 : 0;
  }
  return peeked;
}

// Of 20,000 runs at most 1 % may ever please: 200, with standard deviation 14.1. Five of these
// above: 271. The exact p of a fixed number of blocks is no p where one looks after each.
TEST(Peeking, OnTheLotsHoldsTheLevelWhereTheBackgroundHitsOncePerBlock) {
  EXPECT_LE(peek(once_per_block, 1).by_lots, 271);
}

TEST(Peeking, OnTheLotsHoldsTheLevelWhereTheBackgroundComesInBursts) {
  const Peeked peeked = peek(in_bursts, 2);
  EXPECT_LE(peeked.by_lots, 271);
  EXPECT_GT(peeked.fixed, 271);
  EXPECT_GT(peeked.independent, 271);
}

}  // namespace
}  // namespace brewproof
