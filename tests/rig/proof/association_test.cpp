#include "rig/proof/association.h"

#include <gtest/gtest.h>

namespace brewproof {
namespace {

const Categories one_deal_of_16(16, 0);
const Categories eight_and_eight = {0, 1, 0, 0, 1, 1, 0, 1, 1, 1, 0, 0, 1, 0, 1, 0};

TEST(CountArrangements, IsTheProductOfMultinomials) {
  EXPECT_EQ(count_arrangements(eight_and_eight, one_deal_of_16, 100'000), 12870u);
  EXPECT_EQ(count_arrangements({0, 0, 1, 1, 2}, {0, 0, 0, 0, 0}, 1000), 30u);
  // 4 of 8 in the committed deal, 2 of 4 in the reserve's: 70 x 6.
  EXPECT_EQ(count_arrangements({0, 0, 0, 0, 1, 1, 1, 1, 0, 1, 0, 1},
                               {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1}, 1000),
            420u);
  EXPECT_EQ(count_arrangements(eight_and_eight, one_deal_of_16, 12869), 12870u);  // limit + 1
  EXPECT_EQ(count_arrangements(Categories(5000, 0), Categories(5000, 0), 10), 1u);
}

TEST(Association, EightAndEightPerfectlyReadIsTwoIn12870) {
  Categories mirrored;
  for (const std::size_t level : eight_and_eight) mirrored.push_back(7 - 3 * level);
  const auto family =
      test_association(eight_and_eight, one_deal_of_16, {mirrored}, Generator(1), 999);
  EXPECT_TRUE(family[0].enumerated);
  EXPECT_EQ(family[0].arrangements, 12870u);
  EXPECT_DOUBLE_EQ(family[0].p, 2. / 12870);
  EXPECT_DOUBLE_EQ(family[0].p_adjusted, 2. / 12870);
  EXPECT_DOUBLE_EQ(family[0].information, 1);  // one bit a row
}

TEST(Association, MinPOverTwoFieldsWorkedByHand) {
  // Levels 0011; six arrangements. Field 0011 has maximal information in 0011 and 1100: p = 2/6.
  // Field 0101 has it in 0101 and 1010; here it has none: p = 1. The smallest p of the two is 2/6
  // in four of six arrangements.
  const auto family =
      test_association({0, 0, 1, 1}, {0, 0, 0, 0}, {{0, 1, 0, 1}, {0, 0, 1, 1}}, Generator(1), 99);
  EXPECT_DOUBLE_EQ(family[1].p, 2. / 6);
  EXPECT_DOUBLE_EQ(family[1].p_adjusted, 4. / 6);
  EXPECT_DOUBLE_EQ(family[0].p, 1);
  EXPECT_DOUBLE_EQ(family[0].p_adjusted, 1);
}

TEST(Association, ConstantsClocksAndLuckyBytesSurviveNoShuffle) {
  Categories clock(16), constant(16, 5);
  for (std::size_t i = 0; i < 16; ++i) clock[i] = i;
  const auto family = test_association(eight_and_eight, one_deal_of_16,
                                       {clock, constant, eight_and_eight}, Generator(1), 999);
  EXPECT_EQ(family[0].p, 1);
  EXPECT_EQ(family[1].p, 1);
  EXPECT_DOUBLE_EQ(family[2].p_adjusted, 2. / 12870);  // and they cost nothing
}

TEST(Association, FieldsThatSayTheSameCostNothing) {
  Categories mirrored;
  for (const std::size_t level : eight_and_eight) mirrored.push_back(1 - level);
  const auto family = test_association(eight_and_eight, one_deal_of_16, {eight_and_eight, mirrored},
                                       Generator(1), 999);
  EXPECT_DOUBLE_EQ(family[0].p_adjusted, 2. / 12870);
  EXPECT_DOUBLE_EQ(family[1].p_adjusted, 2. / 12870);
}

TEST(Association, ReserveBlocksAreShuffledApart) {
  // 0011 dealt first, 01 dealt apart: 6 x 2 arrangements, of which the field's own and its mirror
  // image read perfectly.
  const Categories levels = {0, 0, 1, 1, 0, 1}, deals = {0, 0, 0, 0, 1, 1};
  const auto family = test_association(levels, deals, {levels}, Generator(1), 99);
  EXPECT_EQ(family[0].arrangements, 12u);
  EXPECT_DOUBLE_EQ(family[0].p, 2. / 12);
}

TEST(Association, AFieldIsShuffledAmongTheRowsThatItStandsIn) {
  // It stands in four of six rows, whose levels are 0011: of six deals 0011 and 1100 read it.
  const Categories levels = {0, 0, 1, 1, 0, 1}, one_deal(6);
  const Categories field = {7, 7, 8, 8, left_out, left_out};
  const auto family = test_association(levels, one_deal, {field}, Generator(1), 99);
  EXPECT_EQ(family[0].rows, 4u);
  EXPECT_EQ(family[0].arrangements, 6u);
  EXPECT_DOUBLE_EQ(family[0].information, 1);
  EXPECT_DOUBLE_EQ(family[0].p, 2. / 6);
}

TEST(Association, WhereOneLevelIsLeftNothingIsTold) {
  const Categories levels = {0, 0, 0, 1, 1, 1}, one_deal(6);
  const Categories field = {7, 7, 8, left_out, left_out, left_out};
  EXPECT_EQ(test_association(levels, one_deal, {field}, Generator(1), 99)[0].p, 1);
}

TEST(Association, FieldsOfOtherRowsArePaidFor) {
  // Both fields read their rows without a fault: four rows 0011, p = 2/6, and all six rows, 2/20.
  // At 2/20 the first could not be as surprising; at 2/6 the second is in the two deals it has.
  const Categories levels = {0, 0, 1, 1, 0, 1}, one_deal(6);
  const Categories some = {7, 7, 8, 8, left_out, left_out};
  const auto family = test_association(levels, one_deal, {some, levels}, Generator(1), 99);
  EXPECT_DOUBLE_EQ(family[1].p_adjusted, 2. / 20);
  EXPECT_DOUBLE_EQ(family[0].p_adjusted, 2. / 6);  // step-down: the second was told before
  // A third, of all rows, that reads nothing: 001122 has the information of its 8 likeliest deals.
  const Categories pairs = {0, 1, 0, 1, 2, 2};
  const auto three = test_association(levels, one_deal, {some, levels, pairs}, Generator(1), 99);
  EXPECT_DOUBLE_EQ(three[1].p_adjusted, 2. / 20);
  EXPECT_DOUBLE_EQ(three[0].p, 2. / 6);
  EXPECT_DOUBLE_EQ(three[0].p_of_rows, 2. / 6);
  EXPECT_GE(three[0].p_adjusted, three[0].p_of_rows);
}

TEST(Association, BeyondAHundredThousandArrangementsTheyAreDrawn) {
  Categories levels, deals(40, 0);
  for (std::size_t i = 0; i < 40; ++i) levels.push_back(i % 2);
  const auto family = test_association(levels, deals, {levels}, Generator(1), 999);
  EXPECT_FALSE(family[0].enumerated);
  EXPECT_EQ(family[0].arrangements, 1000u);
  EXPECT_DOUBLE_EQ(family[0].p_adjusted, 0.001);  // only the deal itself
}

TEST(Association, NothingToCompareIsNoEvidence) {
  EXPECT_TRUE(test_association({}, {}, {}, Generator(1), 99).empty());
  EXPECT_EQ(test_association({0, 0}, {0, 0}, {{0, 1}}, Generator(1), 99)[0].p, 1);
}

TEST(Association, AFieldThatNoDealCouldProveIsLeftOut) {
  // Eight pairs of equal values over 8 + 8 rows: C(8,4) = 70 of 12,870 deals read them without a
  // fault, 5.4e-3 at best.
  const Categories levels = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1};
  const Categories pairs = {0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7};
  const Categories one_deal(16);
  const auto p = [&](double hopeless) {
    return test_association(levels, one_deal, {pairs}, Generator(1), 999, hopeless)[0].p;
  };
  EXPECT_NEAR(p(0.0055), 70.0 / 12870, 1e-12);
  EXPECT_EQ(p(0.005), 1);
}

TEST(Association, WhatIsPlainlyNothingIsNotEnumerated) {
  const Categories levels = {0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1};
  const Categories idle = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1};
  const Categories one_deal(16);
  const auto looked = test_association(levels, one_deal, {idle}, Generator(1), 999, 0.001);
  EXPECT_EQ(looked[0].arrangements, 200u);
  EXPECT_FALSE(looked[0].enumerated);
  EXPECT_GT(looked[0].p, 0.1);
  // Beside a field that is worth it, all are.
  const auto all = test_association(levels, one_deal, {idle, levels}, Generator(1), 999, 0.001);
  EXPECT_EQ(all[1].arrangements, 12870u);
  EXPECT_NEAR(all[1].p, 2.0 / 12870, 1e-12);
}

}  // namespace
}  // namespace brewproof
