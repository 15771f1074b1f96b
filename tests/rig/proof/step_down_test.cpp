#include "rig/proof/step_down.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "rig/model/generator.h"
#include "tests/rig/proof/step_down_by_draw.h"

namespace brewproof {
namespace {

// Two acts among four slots: six falls of the lots, {01} {02} {03} {12} {13} {23}; {01} is the one
// that happened. A message seen in slots 0 and 1 then has p = 1/6 in {01}, 1 in {23}, else 5/6.
constexpr double in_first_two[6] = {1. / 6, 5. / 6, 5. / 6, 5. / 6, 5. / 6, 1};
// Seen in slot 0 alone: 1/2 where slot 0 is an act.
constexpr double in_first[6] = {.5, .5, .5, 1, 1, 1};
// Seen in slots 2 and 3: the mirror image.
constexpr double in_last_two[6] = {1, 5. / 6, 5. / 6, 5. / 6, 5. / 6, 1. / 6};

TEST(StepDown, OneTestAloneKeepsItsExactP) {
  const auto adjusted = step_down_by_draw(
      std::vector{1. / 6}, 6, [](std::size_t a, std::span<double> p) { p[0] = in_first_two[a]; },
      Redraws::all);
  EXPECT_DOUBLE_EQ(adjusted[0], 1. / 6);
}

TEST(StepDown, ATestThatCouldAsWellHaveComeOutIsPaidFor) {
  // The smallest p of both is 1/6 in {01} and in {23}.
  const auto adjusted = step_down_by_draw(
      std::vector{1., 1. / 6}, 6,
      [](std::size_t a, std::span<double> p) {
        p[0] = in_last_two[a];
        p[1] = in_first_two[a];
      },
      Redraws::all);
  EXPECT_DOUBLE_EQ(adjusted[1], 2. / 6);
  EXPECT_DOUBLE_EQ(adjusted[0], 1);
}

TEST(StepDown, ATestThatCannotComeOutSoCostsNothing) {
  // in_first never falls below 1/2: the first test keeps 1/6, the second is then alone: 3/6.
  const auto adjusted = step_down_by_draw(
      std::vector{1. / 6, .5}, 6,
      [](std::size_t a, std::span<double> p) {
        p[0] = in_first_two[a];
        p[1] = in_first[a];
      },
      Redraws::all);
  EXPECT_DOUBLE_EQ(adjusted[0], 1. / 6);
  EXPECT_DOUBLE_EQ(adjusted[1], 3. / 6);
}

TEST(StepDown, ALessSurprisingTestIsNeverAdjustedBelowAMoreSurprisingOne) {
  // The first comes out as small in 5 of 9 draws: (1 + 5) / 10. The second never does, alone it
  // would have 1 / 10.
  const auto adjusted = step_down_by_draw(
      std::vector{0.10, 0.11}, 9,
      [](std::size_t draw, std::span<double> p) {
        p[0] = draw < 5 ? 0.10 : 1;
        p[1] = 1;
      },
      Redraws::sampled);
  EXPECT_DOUBLE_EQ(adjusted[0], 0.6);
  EXPECT_DOUBLE_EQ(adjusted[1], 0.6);
}

TEST(StepDown, SampledRedrawsNeverGoBelowOneInDrawsPlusOne) {
  const auto never = [](std::size_t, std::span<double> p) { p[0] = 1; };
  EXPECT_DOUBLE_EQ(step_down_by_draw(std::vector{1e-9}, 9999, never, Redraws::sampled)[0], 0.0001);
  const auto twice = [](std::size_t draw, std::span<double> p) { p[0] = draw < 2 ? 1e-9 : 1; };
  EXPECT_DOUBLE_EQ(step_down_by_draw(std::vector{1e-9}, 99, twice, Redraws::sampled)[0], 0.03);
}

TEST(StepDown, EqualFractionsSummedInAnotherOrderAreEqual) {
  const auto adjusted = step_down_by_draw(
      std::vector{0.1 + 0.2}, 4, [](std::size_t, std::span<double> p) { p[0] = 0.3 + 1e-16; },
      Redraws::all);
  EXPECT_EQ(adjusted[0], 1);
}

TEST(StepDown, NoDrawsProveNothing) {
  const auto none_at_all = [](std::size_t, std::span<double>) {};
  EXPECT_EQ(step_down_by_draw(std::vector{1e-9}, 0, none_at_all, Redraws::all)[0], 1);
  EXPECT_TRUE(step_down_by_draw({}, 10, none_at_all, Redraws::sampled).empty());
}

/// One re-draw after another, for draws that are sampled: `p` by re-draw and test.
std::vector<double> draw_by_draw(const std::vector<double>& observed,
                                 const std::vector<std::vector<double>>& p) {
  std::vector<std::size_t> order(observed.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t test) { return std::pair(observed[test], test); });
  std::vector<std::size_t> as_small(observed.size(), 1);  // each came out so itself
  for (const std::vector<double>& draw : p) {
    double smallest = 1;
    for (std::size_t place = order.size(); place-- > 0;) {
      smallest = std::min(smallest, draw[order[place]]);
      if (smallest <= observed[order[place]]) ++as_small[place];
    }
  }
  std::vector<double> adjusted(observed.size());
  double least = 0;
  for (std::size_t place = 0; place < order.size(); ++place) {
    least =
        std::max(least, static_cast<double>(as_small[place]) / static_cast<double>(p.size() + 1));
    adjusted[order[place]] = least;
  }
  return adjusted;
}

// 600 draws are two batches and a part of one, 1100 tests more than are looked at at once; many p
// are ties.
TEST(StepDown, InBatchesItComesToTheSame) {
  constexpr std::size_t draws = 600, tests = 1100;
  Generator generator(3);
  const auto some = [&] { return static_cast<double>(generator.below(40) + 1) / 40; };
  std::vector<double> observed;
  for (std::size_t i = 0; i < tests; ++i) observed.push_back(some() / 4);
  std::vector<std::vector<double>> p(draws, std::vector<double>(tests));
  for (std::vector<double>& draw : p) std::ranges::generate(draw, some);
  std::size_t asked = 0;
  const auto in_batches = step_down_by_draw(
      observed, draws,
      [&](std::size_t draw, std::span<double> of) {
        ++asked;
        std::ranges::copy(p[draw], of.begin());
      },
      Redraws::sampled);
  EXPECT_EQ(asked, draws);
  EXPECT_EQ(in_batches, draw_by_draw(observed, p));
}

/// 9,999 re-draws of tests whose p are fractions of 1,000; `least` of each is its smallest one.
struct Sampled {
  Sampled(std::vector<double> p, std::vector<std::uint64_t> least_p)
      : observed(std::move(p)), least(std::move(least_p)), asked(observed.size()) {}
  std::vector<double> observed;
  std::vector<std::uint64_t> least;
  Generator generator{5};
  std::vector<std::vector<double>> drawn;  // by re-draw of the batch
  std::vector<std::size_t> asked;

  std::vector<Adjusted> adjust(const StepDownBounds& bounds) {
    std::ranges::fill(asked, std::size_t{0});
    generator = Generator(5);
    return step_down(
        observed, 9999,
        [&](std::size_t count) {
          drawn.assign(count, std::vector<double>(observed.size()));
          for (std::vector<double>& p : drawn)
            for (std::size_t i = 0; i < p.size(); ++i)
              p[i] = static_cast<double>(std::max(generator.below(1000) + 1, least[i])) / 1000;
        },
        [&](std::size_t i, std::span<double> p) {
          asked[i] += p.size();
          for (std::size_t d = 0; d < p.size(); ++d) p[d] = drawn[d][i];
        },
        1, Redraws::sampled, bounds);
  }
};

TEST(StepDown, WhatIsPlainlyNothingIsLeftAfterTheFirstBatch) {
  Sampled tests({0.001, 0.002, 0.3, 0.5}, {1, 1, 1, 100});
  std::vector<double> smallest;
  for (const std::uint64_t least : tests.least)
    smallest.push_back(static_cast<double>(least) / 1000);
  const std::vector<Adjusted> all = tests.adjust({});
  const std::vector<Adjusted> bounded = tests.adjust({0.005, 1, smallest});
  // The first two stay; the third could come out as surprising, too, and is asked; the fourth not.
  EXPECT_EQ(tests.asked, (std::vector<std::size_t>{9999, 9999, 9999, step_down_batch}));
  for (const std::size_t i : {0, 1, 2, 3}) {
    EXPECT_EQ(bounded[i].p, all[i].p) << i;
    EXPECT_EQ(bounded[i].draws, i < 2 ? 9999 : step_down_batch) << i;
  }
  EXPECT_LT(all[1].p, 0.02);
  EXPECT_GT(all[2].p, plainly);
}

TEST(StepDown, WhereAllIsPlainlyNothingItEnds) {
  Sampled tests({0.2, 0.4}, {1, 1});
  EXPECT_EQ(tests.adjust({})[0].draws, step_down_batch);
  EXPECT_EQ(tests.asked, (std::vector<std::size_t>(2, step_down_batch)));
}

TEST(StepDown, WhatIsAboveTheToldIsNotAdjustedAndCountsForTheOthers) {
  Sampled tests({0.01, 0.04, 0.06}, {1, 1, 1});
  const std::vector<Adjusted> all = tests.adjust({});
  const std::vector<Adjusted> told = tests.adjust({0.005, 0.05, {}});
  EXPECT_EQ(told[0].p, all[0].p);
  EXPECT_EQ(told[2].p, 1);
  EXPECT_EQ(told[2].draws, 0u);
}

TEST(StepDown, AtAHighLevelNothingNearItIsLeft) {
  Sampled tests({0.2, 0.4}, {1, 1});  // adjusted to about 0.36 and 0.4
  EXPECT_EQ(tests.adjust({0.25, 1, {}})[0].draws, 9999u);
  EXPECT_EQ(tests.adjust({0.1, 1, {}})[0].draws, step_down_batch);
}

TEST(StepDown, WhereNothingIsToBeAdjustedNothingIsAsked) {
  Sampled tests({0.2, 0.4}, {1, 1});
  EXPECT_EQ(tests.adjust({0.005, 0.05, {}})[0].p, 1);
  EXPECT_EQ(tests.asked, (std::vector<std::size_t>(2)));
}

TEST(BenjaminiHochberg, AcceptsUpToTheLastPUnderItsLine) {
  // Lines at 5 % of 5: 0.01 0.02 0.03 0.04 0.05. 0.029 is under the third although 0.021 is above
  // the second; 0.041 is above the fourth.
  const std::vector<bool> found =
      benjamini_hochberg(std::vector{0.021, 0.001, 0.9, 0.029, 0.041}, 0.05);
  EXPECT_EQ(found, (std::vector<bool>{true, true, false, true, false}));
}

}  // namespace
}  // namespace brewproof
