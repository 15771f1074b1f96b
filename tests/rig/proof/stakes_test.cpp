#include "rig/proof/stakes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "rig/model/generator.h"
#include "rig/proof/e_value.h"

namespace brewproof {
namespace {

TEST(Stakes, WhatBeginsInTheFirstBlockSharesAHalf) {
  Stakes stakes(1);
  stakes.add_block({"1100|", "1000|", "1111|"});  // the last can neither win nor lose
  EXPECT_DOUBLE_EQ(stakes.share_of("1100|"), 0.25);
  EXPECT_DOUBLE_EQ(stakes.share_of("1000|"), 0.25);
  EXPECT_EQ(stakes.share_of("1111|"), 0);
  EXPECT_EQ(stakes.share_of("0110|"), 0);
}

TEST(Stakes, WhatPartsDividesItsShareAndNewcomersHaveTheirBlocksPart) {
  Stakes stakes(1);
  stakes.add_block({"1100|", "1111|"});
  stakes.add_block({"1100|1000|", "1100|0000|", "1111|0100|", "0000|0010|"});
  EXPECT_DOUBLE_EQ(stakes.share_of("1100|1000|"), 0.25);
  EXPECT_DOUBLE_EQ(stakes.share_of("1100|0000|"), 0.25);
  EXPECT_DOUBLE_EQ(stakes.share_of("1111|0100|"), 1.0 / 12);  // 1/6 for two
  EXPECT_DOUBLE_EQ(stakes.share_of("0000|0010|"), 1.0 / 12);
}

TEST(Stakes, ABlocksPartWaitsForWhoeverComes) {
  Stakes stakes(0.5);
  stakes.add_block({});
  stakes.add_block({});
  stakes.add_block({"0000|0000|0010|"});
  EXPECT_DOUBLE_EQ(stakes.share_of("0000|0000|0010|"), 0.5 * (1.0 / 2 + 1.0 / 6 + 1.0 / 12));
}

TEST(Stakes, AChangedPastIsANewPattern) {
  Stakes stakes(1);
  stakes.add_block({"1100|"});
  stakes.add_block({"1110|1000|"});  // its first block was another one
  EXPECT_DOUBLE_EQ(stakes.share_of("1110|1000|"), 1.0 / 6);
  EXPECT_EQ(stakes.share_of("1100|1000|"), 0);
}

// Twenty messages a run that know nothing of the lots, some of which begin later: share x e reaches
// 1/0.05 in at most 5 % of the runs, whoever looks when. 100 of 2,000, standard deviation 9.7.
TEST(Stakes, LookingAtManyThingsAfterEachBlockHoldsTheLevel) {
  Generator generator(7);
  int fooled = 0, without_shares = 0;
  for (int run = 0; run < 2000; ++run) {
    constexpr std::size_t messages = 20, blocks = 6;
    std::vector<std::string> patterns(messages);
    std::vector<std::vector<BlockCount>> counts(messages);
    std::vector<std::vector<std::size_t>> hits(messages);
    Stakes stakes(1);
    bool this_one = false, any = false;
    for (std::size_t b = 0; b < blocks; ++b) {
      std::vector<char> lots = {1, 1, 1, 1, 0, 0, 0, 0};
      generator.shuffle(std::span(lots));
      for (std::size_t m = 0; m < messages; ++m) {
        BlockCount count{8, 4, 0};
        std::size_t of_acts = 0;
        for (const char lot : lots) {
          const bool shows = m / 5 <= b && generator.below(8) < 1 + m % 5;
          patterns[m] += shows ? '1' : '0';
          if (shows) ++count.seen;
          if (shows && lot != 0) ++of_acts;
        }
        patterns[m] += '|';
        counts[m].push_back(count);
        hits[m].push_back(of_acts);
      }
      stakes.add_block({patterns.begin(), patterns.end()});
      for (std::size_t m = 0; m < messages; ++m) {
        const double e = std::exp(log_e_value(counts[m], hits[m]));
        this_one = this_one || stakes.share_of(patterns[m]) * e >= 20;
        any = any || e >= 20;
      }
    }
    fooled += this_one ? 1 : 0;
    without_shares += any ? 1 : 0;
  }
  EXPECT_LE(fooled, 149);
  EXPECT_GT(without_shares, 149);
}

}  // namespace
}  // namespace brewproof
