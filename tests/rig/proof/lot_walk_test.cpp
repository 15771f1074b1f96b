// Numbers by hand, and the law held against every single fall of the lots.
#include "rig/proof/lot_walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>

#include "rig/model/generator.h"
#include "rig/proof/every_kth.h"
#include "rig/proof/lots.h"
#include "rig/proof/own_messages.h"
#include "tests/rig/proof/walk_world.h"

namespace brewproof {
namespace {

using synthetic::count_falls;
using synthetic::slots;
using ::testing::ElementsAre;

Arms arms_of(const std::string& lots) { return line_up(slots(lots)).arms.at(0); }

/// Slot by slot the messages in its window.
std::vector<InWindow> two_each_sharing_one() { return {{0, 2}, {1, 3}, {2, 4}, {3, 5}}; }

TEST(OwnMessages, EachActTakesTheFirstThatIsLeft) {
  const Arms arms = arms_of("aass");
  EXPECT_THAT(own_messages(two_each_sharing_one(), arms.acts), ElementsAre(0, 1, none, none));
  // Both lie in both windows, one act is a message short.
  EXPECT_THAT(own_messages(std::vector<InWindow>{{0, 1}, {0, 1}, {0, 1}, {1, 1}}, arms.acts),
              ElementsAre(0, none, none, none));
}

TEST(OwnMessages, OneMessageInThreeWindowsIsOfOneAct) {
  // It lies in the windows of slots 1 to 3 of 4, two of them acts: whatever two, one of them finds
  // it; no fall leaves it over. Presence would count 2 in three falls of six.
  const LotWalk walk = own_message_walk(std::vector<InWindow>{{0, 1}, {0, 1}, {0, 1}, {1, 1}});
  const Arms arms = arms_of("aass");
  EXPECT_EQ(score_of(walk, arms.acts), 1u);
  EXPECT_THAT(law_of(walk, arms).probability, ElementsAre(0, 1));
}

TEST(OwnMessages, ALawByHand) {
  // Message A lies in slots 1 and 2, B in 3 alone; slot 4 has none. Of the six falls of two acts:
  // 12: 1 (A), 13: 2, 14: 1, 23: 2, 24: 1, 34: 1.
  const LotWalk walk = own_message_walk(std::vector<InWindow>{{0, 1}, {0, 1}, {1, 2}, {2, 2}});
  const Law law = law_of(walk, arms_of("asas"));
  ASSERT_EQ(law.probability.size(), 3u);
  EXPECT_DOUBLE_EQ(law.probability[0], 0);
  EXPECT_DOUBLE_EQ(law.probability[1], 4.0 / 6);
  EXPECT_DOUBLE_EQ(law.probability[2], 2.0 / 6);
}

TEST(OwnMessages, KnowsWhereTheLotsCannotMatter) {
  EXPECT_TRUE(enough_for_all(std::vector<InWindow>{{0, 3}, {1, 3}, {2, 4}}));
  EXPECT_FALSE(enough_for_all(std::vector<InWindow>{{0, 2}, {0, 2}, {1, 2}}));
  EXPECT_TRUE(any_shared(two_each_sharing_one()));
  EXPECT_FALSE(any_shared(std::vector<InWindow>{{0, 2}, {2, 3}, {3, 3}}));
}

TEST(EveryKth, ALawByHand) {
  // Messages in slots 1 and 3 of four, k = 2. The first counts with any act; the other with the
  // second act since, and a message that comes with a sham begins the count too.
  const Bits seen{0b0101};
  const LotWalk walk = every_kth_walk(seen, 4, 2);
  const auto score = [&](unsigned acts) { return score_of(walk, Bits{acts}); };
  EXPECT_EQ(score(0b0011), 1u);
  EXPECT_EQ(score(0b0101), 1u);  // slot 3 is number one
  EXPECT_EQ(score(0b1001), 1u);
  EXPECT_EQ(score(0b0110), 1u);  // slot 3 is number two
  EXPECT_EQ(score(0b1010), 0u);
  EXPECT_EQ(score(0b1100), 0u);
  EXPECT_THAT(law_of(walk, arms_of("aass")).probability,
              ElementsAre(testing::DoubleEq(2.0 / 6), testing::DoubleEq(4.0 / 6)));
}

TEST(EveryKth, ActsOfOtherEventsCountWhereTheyFell) {
  // Messages in slots 1 and 3 of three, k = 3. Two acts of another event lie before slot 3.
  const std::vector<Between> two{{}, {1, false}, {1, false}};
  const LotWalk walk = every_kth_walk(Bits{0b101}, 3, 3, two);
  const auto score = [](const LotWalk& of, unsigned acts) { return score_of(of, Bits{acts}); };
  EXPECT_EQ(score(walk, 0b101), 2u);  // slot 3 is number three
  EXPECT_EQ(score(walk, 0b111), 1u);  // number four
  EXPECT_EQ(score(walk, 0b100), 1u);
  EXPECT_EQ(score(walk, 0b010), 0u);
  // The same, but a message of the other event lies between its acts: the count begins anew.
  const std::vector<Between> anew{{}, {1, false}, {1, true}};
  const LotWalk again = every_kth_walk(Bits{0b101}, 3, 2, anew);
  EXPECT_EQ(score(again, 0b101), 2u);  // slot 3 is number two since then
  EXPECT_EQ(score(again, 0b111), 2u);  // whatever was before
  // And where it was the first of all, nothing is of an unknown number any more.
  const std::vector<Between> begun{{0, true}, {}, {}};
  EXPECT_EQ(score(every_kth_walk(Bits{0b001}, 3, 2, begun), 0b001), 0u);
  EXPECT_EQ(score(every_kth_walk(Bits{0b001}, 3, 1, begun), 0b001), 1u);
}

TEST(EveryKth, OnlyTheKThatFitTheNumbersAreTried) {
  EXPECT_THAT(possible_k(16, 8), ElementsAre(2));  // 2 x 7 < 16 < 2 x 9
  EXPECT_THAT(possible_k(16, 5), ElementsAre(3));  // 3 x 4 < 16 < 3 x 6; 4 x 4 is no less
  EXPECT_THAT(possible_k(80, 8), ElementsAre(9, 10, 11));
  EXPECT_THAT(possible_k(16, 16), ElementsAre());
  EXPECT_THAT(possible_k(16, 3), ElementsAre());  // too few
}

TEST(LotWalk, TheLawIsThatOfAllFalls) {
  // Against each of 70 falls in a block of 4 and 4, over many windows and messages.
  const Arms arms = arms_of("asasasas");
  Generator generator(5);
  for (int world = 0; world < 50; ++world) {
    std::vector<InWindow> windows;
    InWindow last;
    for (int slot = 0; slot < 8; ++slot) {
      last.first = std::min(last.first + generator.below(2), last.end + 1);
      last.end = std::max(last.first, last.end + generator.below(2));
      windows.push_back(last);
    }
    const Bits seen{generator.below(256)};
    for (const LotWalk& walk : {own_message_walk(windows), every_kth_walk(seen, 8, 2)}) {
      const std::vector<int> falls =
          count_falls(8, 4, [&](const Bits& acts) { return score_of(walk, acts); });
      const Law law = law_of(walk, arms);
      ASSERT_EQ(law.probability.size(), falls.size()) << world;
      for (std::size_t s = 0; s < falls.size(); ++s)
        EXPECT_NEAR(law.probability[s], falls[s] / 70.0, 1e-12) << world << " " << s;
    }
  }
}

TEST(LotWalk, BlocksAreDealtApart) {
  // Two blocks of 1 + 1; a message in slots 1 and 4. Presence alone: 0, 1, 2 with 1/4, 1/2, 1/4.
  const LotWalk walk = own_message_walk(std::vector<InWindow>{{0, 1}, {1, 1}, {1, 1}, {1, 2}});
  const Law law = law_of(walk, arms_of("as sa"));
  EXPECT_THAT(law.probability, ElementsAre(0.25, 0.5, 0.25));
}

TEST(LotWalk, BlocksOfDifferentSizesAreDealtApartToo) {
  // 6 x 2 x 1 x 3 x 4 falls; in the third block there is nothing to deal.
  const Arms arms = arms_of("aass as ss ass aaas");
  Generator generator(6);
  for (int world = 0; world < 20; ++world) {
    const Bits seen{generator.below(1u << 15)};
    const LotWalk walk = every_kth_walk(seen, 15, 2);
    std::vector<double> plain(arms.act_count + 1);
    for (std::uint64_t acts = 0; acts < 1u << 15; ++acts) {
      const bool dealt = std::ranges::all_of(arms.strata, [&](const Stratum& stratum) {
        const std::uint64_t slots = acts >> stratum.begin & ((1u << stratum.size()) - 1);
        return static_cast<std::size_t>(std::popcount(slots)) == stratum.acts;
      });
      if (dealt) plain[score_of(walk, Bits{acts})] += 1.0 / 144;
    }
    const Law law = law_of(walk, arms);
    for (std::size_t s = 0; s < plain.size(); ++s) {
      const double chance = s < law.probability.size() ? law.probability[s] : 0;
      EXPECT_NEAR(chance, plain[s], 1e-12) << world << " " << s;
    }
  }
}

TEST(LotWalk, SlotsOutOfOrderAreNoticed) {
  std::vector<Trial> trials = slots("as as");
  EXPECT_TRUE(in_order_of_time(line_up(trials).arms.at(0), trials));
  for (Trial& trial : trials) trial.block = 3 - *trial.block;
  EXPECT_FALSE(in_order_of_time(line_up(trials).arms.at(0), trials));
}

// The lots are dealt anew many thousand times over messages that know nothing of them: at most 1 %
// (0.1 %) may come out at 0.01 (0.001); five standard deviations above.
void expect_level(const LotWalk& walk, const Arms& arms, std::uint64_t seed) {
  constexpr int deals = 20'000;
  const UpperTail tail = upper_tail(law_of(walk, arms));
  Lots lots(arms);
  Bits acts = arms.acts;
  Generator generator(seed);
  int at_0_01 = 0, at_0_001 = 0;
  for (int deal = 0; deal < deals; ++deal) {
    lots.redraw(generator, acts);
    const double p = tail.at(score_of(walk, acts));
    if (p <= 0.01) ++at_0_01;
    if (p <= 0.001) ++at_0_001;
  }
  EXPECT_LE(at_0_01, 271);
  EXPECT_LE(at_0_001, 42);
}

std::vector<InWindow> windows_over(const std::vector<std::int64_t>& seconds) {
  std::vector<InWindow> windows;
  for (std::int64_t slot = 0; slot < 32; ++slot) {
    const auto before = [&](std::int64_t second) {
      return static_cast<std::size_t>(std::ranges::lower_bound(seconds, second) - seconds.begin());
    };
    windows.push_back({before(100 * slot), before(100 * slot + 240)});
  }
  return windows;
}

TEST(LotWalk, HoldsTheLevelOnBackgroundOncePerBlockAndInBursts) {
  const Arms arms = arms_of("asasasas asasasas asasasas asasasas");
  Generator generator(9);
  for (std::uint64_t world = 0; world < 5; ++world) {
    std::vector<std::int64_t> once, bursts;
    Bits seen{0};
    for (std::int64_t block = 0; block < 4; ++block) {
      once.push_back(800 * block + static_cast<std::int64_t>(generator.below(800)));
      set_bit(seen, 8 * static_cast<std::size_t>(block) + generator.below(8));
    }
    for (std::int64_t t = 0; t < 3200;) {
      t += static_cast<std::int64_t>(generator.below(600));
      for (const std::int64_t until = t + static_cast<std::int64_t>(generator.below(600));
           t < until; t += 90)
        bursts.push_back(t);
    }
    expect_level(own_message_walk(windows_over(once)), arms, 10 + world);
    expect_level(own_message_walk(windows_over(bursts)), arms, 20 + world);
    expect_level(every_kth_walk(seen, 32, 4), arms, 30 + world);
    std::vector<Between> between(32);
    for (Between& gap : between)
      gap = {static_cast<std::uint16_t>(generator.below(3)), generator.below(8) == 0};
    expect_level(every_kth_walk(seen, 32, 4, between), arms, 40 + world);
  }
}

}  // namespace
}  // namespace brewproof
