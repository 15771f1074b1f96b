// When it may be called the firmware's.
#include "rig/proof/firmware_rule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brewproof {
namespace {

using testing::HasSubstr;

ContextDifference differs(const char* group, const char* what, std::vector<std::string> values) {
  ContextDifference difference{group, what, std::move(values)};
  if (difference.what == "firmware") difference.weight = Weight::firmware;
  if (difference.what == "seed") difference.weight = Weight::told;
  return difference;
}

// Runs with these firmwares, one emission that stands as it is told to, and what else differs.
RunComparison concluded(const std::vector<std::string>& firmware,
                        std::vector<ContextDifference> context,
                        Standing standing = Standing::differs, bool in_order = true) {
  RunComparison comparison;
  for (const std::string& each : firmware) comparison.runs.emplace_back().firmware = each;
  comparison.context = std::move(context);
  comparison.context.push_back(differs("machine", "firmware", firmware));
  comparison.compared.emissions.emplace_back().rate.standing = standing;
  weigh(comparison.context, in_order);
  conclude(comparison);
  return comparison;
}

TEST(FirmwareRule, OfTwoRunsItIsTheFirmwareWhereNothingElseDiffers) {
  const RunComparison comparison = concluded({"1", "2"}, {differs("run", "seed", {"7", "8"})});
  EXPECT_EQ(comparison.outcome, Outcome::differs);
  EXPECT_TRUE(comparison.firmware);
  EXPECT_EQ(comparison.why, "");
}

TEST(FirmwareRule, OfTwoRunsAnotherDayForbidsIt) {
  const RunComparison comparison =
      concluded({"1", "2"}, {differs("time", "day", {"2026-11-01", "2026-11-02"})});
  EXPECT_EQ(comparison.outcome, Outcome::differs);
  EXPECT_FALSE(comparison.firmware);
  EXPECT_THAT(comparison.why, HasSubstr("time day"));
  EXPECT_THAT(comparison.why, HasSubstr("old firmware again"));
}

TEST(FirmwareRule, OldNewOldBracketsTheDays) {
  const auto days = differs("time", "day", {"2026-11-01", "2026-11-02", "2026-11-03"});
  EXPECT_TRUE(concluded({"1", "2", "1"}, {days}).firmware);
  EXPECT_FALSE(concluded({"1", "2", "1"}, {days}, Standing::differs, false).firmware)
      << "the new run does not stand between the old ones";
}

TEST(FirmwareRule, WhatSetsTheNewRunApartMayBeTheCause) {
  EXPECT_FALSE(concluded({"1", "2", "1"}, {differs("server", "api", {"a", "b", "a"})}).firmware);
  EXPECT_FALSE(concluded({"1", "2", "1"}, {differs("server", "api", {"a", "b", "c"})}).firmware);
  // The new run shares its address with an old one, which emits as the other old one does.
  const RunComparison shared =
      concluded({"1", "2", "1"}, {differs("server", "api", {"a", "b", "b"})});
  EXPECT_TRUE(shared.firmware);
  EXPECT_EQ(shared.context[0].weight, Weight::bracketed);
}

TEST(FirmwareRule, TheFirmwareItselfMustDifferAndComeBack) {
  EXPECT_THAT(concluded({"1", "1"}, {}).why, HasSubstr("the same in both"));
  EXPECT_THAT(concluded({"1", "2", "2"}, {}).why, HasSubstr("not the same again"));
  EXPECT_THAT(concluded({"1", ""}, {}).why, HasSubstr("not known"));
}

TEST(FirmwareRule, OldRunsThatDifferFromOneAnotherForbidIt) {
  RunComparison comparison = concluded({"1", "2", "1"}, {});
  comparison.compared.emissions.emplace_back().rate.standing = Standing::unsteady;
  conclude(comparison);
  EXPECT_FALSE(comparison.firmware);
  EXPECT_EQ(comparison.outcome, Outcome::differs);
}

TEST(FirmwareRule, ADoubtIsNoDifferenceAndAnInconclusiveRunShowsNone) {
  EXPECT_EQ(concluded({"1", "2"}, {}, Standing::alike).outcome, Outcome::alike);
  EXPECT_EQ(concluded({"1", "2"}, {}, Standing::doubtful).outcome, Outcome::inconclusive);
  EXPECT_EQ(concluded({"1", "2"}, {}, Standing::unsteady).outcome, Outcome::inconclusive);
  RunComparison comparison = concluded({"1", "2"}, {});
  comparison.runs[1].reasons = {"capture-gap"};
  conclude(comparison);
  EXPECT_EQ(comparison.outcome, Outcome::inconclusive);
  EXPECT_FALSE(comparison.firmware);
}

}  // namespace
}  // namespace brewproof
