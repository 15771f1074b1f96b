#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "rig/procedure/make_plan.h"
#include "rig/procedure/plan_text.h"
#include "rig/procedure/reach.h"
#include "rig/procedure/service_stops.h"
#include "tests/rig/procedure/written_files.h"

namespace brewproof {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Binomials and factorials by hand: C(8,4) = 70; 16!/(8! 8!) = 12870; 12!/(6! 6!) = 924;
// 8!/(3! 3! 2!) = 560.
TEST(Reach, PerfectSeparationIsOneOfTheWaysTheLotsCanFall) {
  EXPECT_DOUBLE_EQ(separation_p(4, 4), 1.0 / 70);
  EXPECT_DOUBLE_EQ(separation_p(1, 1), 0.5);
  EXPECT_DOUBLE_EQ(separation_p(2, 3), 0.1);
  EXPECT_DOUBLE_EQ(separation_p(4, 0), 1);
}

TEST(Reach, AMappingIsAsGoodWithItsLevelsExchanged) {
  EXPECT_NEAR(mapping_p(std::array{8, 8}), 2.0 / 12870, 1e-12);
  EXPECT_NEAR(mapping_p(std::array{6, 6}), 2.0 / 924, 1e-11);
  EXPECT_NEAR(mapping_p(std::array{3, 3, 2}), 2.0 / 560, 1e-11);
  EXPECT_NEAR(mapping_p(std::array{2, 2, 2, 0}), 6.0 / 90, 1e-11);
}

TEST(Reach, UniqueValuesFollowTheMatchingLaw) {
  EXPECT_NEAR(matching_p(4), 1.0 / 24, 1e-12);
  EXPECT_NEAR(matching_p(16) * 20922789888000.0, 1, 1e-9);
}

TEST(Reach, NoneSeenHasABound) {
  EXPECT_NEAR(none_seen_bound(12), 0.22, 0.001);
  EXPECT_NEAR(none_seen_bound(30), 0.095, 0.0005);
  EXPECT_NEAR(none_seen_bound(59), 0.05, 0.001);
  EXPECT_EQ(none_seen_bound(0), 1);
}

class ForecastTest : public testing::WrittenFiles {
 protected:
  // Of the demo with one piece of its procedure and one of its bench replaced.
  Forecast of(std::string_view procedure_from = "", std::string_view procedure_to = "",
              std::string_view bench_from = "", std::string_view bench_to = "") {
    procedure_ = good_procedure(
        with(source("procedures/demo.procedure.yaml"), procedure_from, procedure_to));
    bench_ = good_bench(with(source("procedures/demo.bench.yaml"), bench_from, bench_to));
    const auto made = make_plan(procedure_, 7);
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
    if (!made) return {};
    plan_ = *made;
    const auto stops = service_stops(plan_, procedure_, bench_);
    EXPECT_TRUE(stops) << (stops ? "" : stops.error().message);
    if (stops) plan_.stops = *stops;
    return forecast(plan_, procedure_, bench_);
  }

  ProcedureFile procedure_;
  BenchFile bench_;
  Plan plan_;
};

TEST_F(ForecastTest, TheDemoProvesAllItAsksForInUnderAMinute) {
  const Forecast demo = of();
  EXPECT_THAT(demo.warnings, IsEmpty());
  EXPECT_EQ(demo.slots, 64);
  EXPECT_EQ(demo.reserve_slots, 16);
  EXPECT_EQ(demo.cups, 32);
  EXPECT_EQ(demo.reserve_cups, 8);
  EXPECT_EQ(demo.payments, 16);
  EXPECT_EQ(demo.reserve_payments, 4);
  EXPECT_LT(demo.expected_ns, 50'000'000'000);
  ASSERT_EQ(demo.events.size(), 2U);
  EXPECT_EQ(demo.events[0].event, "brew");
  EXPECT_EQ(demo.events[0].trials, 16);
  EXPECT_EQ(demo.events[0].sham_trials, 16);
  EXPECT_NEAR(demo.events[0].smallest_p, 4.16e-8, 1e-10);  // 70^-4
  ASSERT_EQ(demo.parameters.size(), 4U);
  EXPECT_EQ(demo.parameters[0].parameter, "drink");
  EXPECT_EQ(demo.parameters[0].values, 2);
  EXPECT_NEAR(demo.parameters[0].smallest_p, 1.554e-4, 1e-7);
  for (const Forecast::Parameter& parameter : demo.parameters)
    EXPECT_TRUE(parameter.provable) << parameter.parameter;
}

TEST_F(ForecastTest, TheTimeIsTheSumOfItsParts) {
  const Forecast demo = of();
  std::int64_t jitter = 0;
  for (const Slot& slot : plan_.slots) jitter += slot.jitter_ns;
  // idle 2 s, last window 350 ms; 64 slots of ready 20 ms + observe 350 ms + drain 20 ms; 16 brews
  // and their 16 shams press for 60 ms.
  EXPECT_EQ(demo.expected_ns,
            2'000'000'000LL + 350'000'000 + jitter + 64 * 390'000'000LL + 32 * 60'000'000LL);
  EXPECT_GT(demo.longest_ns, demo.expected_ns);
}

TEST_F(ForecastTest, MoneyIsTheSumOfAllAmountsInReserveToo) {
  const Forecast demo = of();
  std::int64_t sum = 0;
  for (const auto* slots : {&plan_.slots, &plan_.reserve})
    for (const Slot& slot : *slots)
      if (slot.event == "pay" && !slot.sham)
        sum += std::get<std::int64_t>(slot.parameters.at("amount"));
  EXPECT_EQ(demo.money_minor.at("EUR"), sum);
}

TEST_F(ForecastTest, TwelveTrialsAreTooFewForTwoLevelsAmongFourParameters) {
  const Forecast three = of("blocks: 4", "blocks: 3");
  EXPECT_NEAR(three.events[0].smallest_p, 2.9e-6, 1e-7);
  EXPECT_FALSE(three.parameters[0].provable);
  EXPECT_TRUE(three.parameters[1].provable);  // unique amounts: 1/12!
  EXPECT_THAT(three.warnings,
              ElementsAre("brew.drink: 2 values reach p = 0.0022 at best, and 0.001 is needed "
                          "(0.4 of alpha over 4 parameters): its fields cannot be proved; use "
                          "blocks: 4",
                          "pay.method: 2 values reach p = 0.0022 at best, and 0.001 is needed "
                          "(0.4 of alpha over 4 parameters): its fields cannot be proved; use "
                          "blocks: 4"));
}

// Two levels need 16 trials, four blocks; unique amounts 1/6! = 1.4e-3 at six trials and 1/8! at
// two blocks.
TEST_F(ForecastTest, ARuleForAnEarlyEndMustLeaveTrialsEnoughForContents) {
  const Forecast early = of("blocks: 4", "blocks: 6\n  stop: {when: decided}");
  EXPECT_TRUE(early.parameters[0].provable);
  EXPECT_THAT(early.warnings,
              Contains("brew.drink: the rule for an early end may end the run after 1 block, and "
                       "its fields need 4: use stop: {when: decided, least_blocks: 4}"));
  EXPECT_THAT(early.warnings,
              Contains(HasSubstr("pay.amount: the rule for an early end may end the "
                                 "run after 1 block, and its fields need 2")));
  EXPECT_THAT(of("blocks: 4", "blocks: 6\n  stop: {when: decided, least_blocks: 4}").warnings,
              Not(Contains(HasSubstr("the rule for an early end"))));
  EXPECT_THAT(of("alpha: 0.01", "stop: {when: decided, least_blocks: 3}").warnings,
              Contains(HasSubstr("its fields need 4: leave the rule out, or use more blocks")));
}

TEST_F(ForecastTest, ARuleEndsNoRunBeforeItsBetsCanHaveWon) {
  of("blocks: 4", "blocks: 6\n  stop: {when: decided}");
  EXPECT_THAT(forecast(plan_, procedure_, bench_, 3).warnings,
              Contains(HasSubstr("brew.drink: the rule for an early end may end the run after 3 "
                                 "blocks, and its fields need 4")));
  EXPECT_THAT(forecast(plan_, procedure_, bench_, 3).warnings,
              Not(Contains(HasSubstr("pay.amount: the rule"))));
}

TEST_F(ForecastTest, AnEventWithoutShamIsToldToBeACandidateOnly) {
  const Forecast bare = of("    sham: host\n", "");
  EXPECT_EQ(bare.events[1].sham_trials, 0);
  EXPECT_EQ(bare.events[1].smallest_p, 1);
  EXPECT_THAT(bare.warnings, ElementsAre(HasSubstr("pay has no sham")));
}

TEST_F(ForecastTest, JitterIsAtLeastTheBackgroundPeriodOrTwoSlots) {
  EXPECT_THAT(
      of("jitter: 400 ms", "jitter: 399 ms").warnings,
      ElementsAre("design.jitter is 399 ms: below 400 ms (the longest background period, or "
                  "two slots) a background period can keep step with the slots"));
  // Not declared: two slots of 350 + 20 ms.
  EXPECT_THAT(of("  background: 400 ms\n", "").warnings,
              ElementsAre("design.jitter is 400 ms: below 740 ms (two slots; design.background is "
                          "not declared) a background period can keep step with the slots"));
  // A period longer than two slots asks for two slots.
  EXPECT_THAT(of("background: 400 ms", "background: 2 s").warnings,
              ElementsAre(HasSubstr("below 740 ms (the longest background period, or two slots)")));
}

TEST_F(ForecastTest, IdleIsAtLeastABackgroundPeriod) {
  EXPECT_THAT(of("idle: 2 s", "idle: 100 ms").warnings,
              ElementsAre(HasSubstr("design.idle is 100 ms: shorter than the background period")));
}

TEST_F(ForecastTest, WindowsThatReachIntoTheNextTrialAreTold) {
  EXPECT_THAT(of("0..350 ms]", "0..371 ms]").warnings,
              ElementsAre(HasSubstr("brew is observed for 350 ms and a window ends at 371 ms"),
                          HasSubstr("pay is observed for 350 ms")));
}

TEST_F(ForecastTest, LimitsThatWouldBeExceededAreTold) {
  const std::string limits =
      "limits: {cups: 60, payments: 30, money: 300.00 EUR, wall_clock: 5 min}";
  EXPECT_THAT(of("", "", limits, "limits: {cups: 31}").warnings,
              ElementsAre("limits.cups is 31 and the plan needs 32: raise it, or lower "
                          "design.blocks"));
  EXPECT_THAT(of("", "", limits, "limits: {payments: 16}").warnings,
              ElementsAre("limits.payments is 16 and the plan with its reserve needs 20: a damaged "
                          "block may not be replaced"));
  EXPECT_THAT(of("", "", limits, "limits: {money: 10.00 EUR}").warnings,
              ElementsAre(HasSubstr("limits.money is 10.00 EUR and the plan with its reserve needs "
                                    "up to ")));
  EXPECT_THAT(of("", "", limits, "limits: {wall_clock: 20 s}").warnings,
              ElementsAre(HasSubstr("limits.wall_clock is 20 s and the plan")));
}

TEST_F(ForecastTest, ConsumablesAreCountedWithTheStopsThatTheyNeed) {
  const Forecast used =
      of("", "", "limits:",
         "consumables: {beans: {holds: 16, price: 0.05 EUR, use: {brew: 1, pay: 1}}, "
         "cups: {holds: 100, use: {brew: 1, pay: 1}}}\nlimits:");
  EXPECT_EQ(used.consumables.at("beans"), 32);
  EXPECT_EQ(used.services.at("beans"), 1);  // the reserve's own stop is not one of them
  EXPECT_EQ(used.consumables.at("cups"), 32);
  EXPECT_EQ(used.services.at("cups"), 0);
  EXPECT_EQ(used.prices, (std::map<std::string, Money>{{"beans", {160, "EUR"}}}));
  EXPECT_THAT(plan_text(plan_, used), HasSubstr("  beans      32 used for 1.60 EUR, put right"));
  ASSERT_EQ(used.stops.size(), 2U);
  EXPECT_EQ(used.stops[0].before_block, 3);
  EXPECT_FALSE(used.stops[0].reserve);
  EXPECT_TRUE(used.stops[0].attended);
  EXPECT_EQ(used.stops[1].before_block, 5);
  EXPECT_TRUE(used.stops[1].reserve);
  // Half of the run lies behind the first: its time is told, so that somebody can come.
  EXPECT_GT(used.stops[0].at_ns, used.expected_ns * 2 / 5);
  EXPECT_LT(used.stops[0].at_ns, used.expected_ns * 3 / 5);
  EXPECT_EQ(used.expected_ns - of().expected_ns, 2 * 350'000'000);  // listened to on both sides
}

TEST_F(ForecastTest, StopsAreATextForAPersonAndTheirCupsCountAgainstTheLimit) {
  const std::string limits =
      "limits: {cups: 60, payments: 30, money: 300.00 EUR, wall_clock: 5 min}";
  const Forecast attended =
      of("", "", limits,
         "consumables: {beans: {holds: 24, conditioning: espresso, use: {brew: 1, pay: 1}}, "
         "drawer: {holds: 16, service: clean, by: latte, use: {brew: 1, pay: 1}}}\n"
         "limits: {cups: 32}");
  const std::string text = plan_text(plan_, attended);
  EXPECT_THAT(text, HasSubstr("  cups       32, and 1 for no score (8 more in reserve)\n"));
  EXPECT_THAT(text, HasSubstr("  beans      32 used, put right once on the way\n"));
  EXPECT_THAT(text, HasSubstr("\nStops for service  (somebody must be there for 1 of 3)\n"));
  EXPECT_THAT(text, ::testing::ContainsRegex("\n  before block 3, about [0-9.]+ s after the start: "
                                             "clean drawer \\(by latte\\)\n"));
  EXPECT_THAT(text, HasSubstr(": refill beans, then espresso for no score\n"));
  EXPECT_THAT(text, HasSubstr("  before block 5 (reserve, if it is needed), about "));
  EXPECT_THAT(attended.warnings,
              ElementsAre("limits.cups is 32 and the plan needs 33: raise it, or lower "
                          "design.blocks"));
  const nlohmann::json json = forecast_json(plan_, attended);
  EXPECT_EQ(json["conditioning_cups"], 1);
  EXPECT_EQ(json["stops"][1]["before_block"], 4);
  EXPECT_EQ(json["stops"][1]["attended"], true);
}

TEST_F(ForecastTest, UnobservedPathsAreTold) {
  EXPECT_THAT(
      of("", "", "wifi: absent, cellular: absent", "wifi: unobserved").warnings,
      ElementsAre(
          "unobserved in network.paths: cellular, wifi: \"none seen\" will be inconclusive"));
}

TEST_F(ForecastTest, ThePlanIsATextForAPerson) {
  const Forecast demo = of();
  const std::string text = plan_text(plan_, demo, {.color = false, .width = 100, .first_slots = 3});
  EXPECT_THAT(text, HasSubstr("Plan  kiosk sale records, demo pace\n"));
  EXPECT_THAT(text,
              HasSubstr("  schedule   4 blocks of 4 for each of 4 arms: 64 slots (16 more in 1 "
                        "reserve block)\n"));
  EXPECT_THAT(text, HasSubstr("  seed       7\n"));
  EXPECT_THAT(text, HasSubstr("  cups       32 (8 more in reserve)\n"));
  EXPECT_THAT(text, HasSubstr("  confirm    brew by watts above 500 W within 0.3 s\n"
                              "  confirm    pay by watts above 500 W within 0.3 s\n"));
  EXPECT_THAT(text, HasSubstr("4.2e-08"));
  EXPECT_THAT(text, HasSubstr("sham of brew"));
  EXPECT_THAT(text, HasSubstr("... and 61 more\n"));
  EXPECT_THAT(text, HasSubstr("SHA-256 of this plan  " + plan_sha256(plan_) + "\n"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(plan_text(plan_, demo, {.color = true, .width = 100, .first_slots = 3}),
              HasSubstr("\x1b[1mPlan\x1b[0m"));
}

TEST_F(ForecastTest, HostileNamesReachNoTerminal) {
  const Forecast demo =
      of("name: kiosk sale records, demo pace", "name: \"\\x1b]0;owned\\x07\\u202e\"");
  EXPECT_THAT(plan_text(plan_, demo), HasSubstr("Plan  \\x1b]0;owned\\x07\\u{202e}\n"));
}

TEST_F(ForecastTest, JsonHoldsWhatTheTextHolds) {
  const Forecast demo = of("blocks: 4", "blocks: 3");
  const nlohmann::json json = forecast_json(plan_, demo);
  EXPECT_EQ(json["plan_sha256"], plan_sha256(plan_));
  EXPECT_EQ(json["cups"], 24);
  EXPECT_EQ(json["parameters"][0]["parameter"], "drink");
  EXPECT_EQ(json["parameters"][0]["provable"], false);
  EXPECT_EQ(json["warnings"].size(), 2U);
}

TEST_F(ForecastTest, TheRealisticExampleTakesHoursAndFitsItsBench) {
  procedure_ = good_procedure(source("procedures/kiosk.procedure.yaml"));
  bench_ = good_bench(source("procedures/kiosk.bench.yaml"));
  EXPECT_THAT(check_against_bench(procedure_, bench_), IsEmpty());
  const auto made = make_plan(procedure_, 7);
  ASSERT_TRUE(made) << made.error().message;
  const Forecast hours = forecast(*made, procedure_, bench_);
  EXPECT_THAT(hours.warnings, IsEmpty());
  EXPECT_GT(hours.expected_ns, 3'600'000'000'000);
  EXPECT_LT(hours.longest_ns, 6LL * 3'600'000'000'000);
}

}  // namespace
}  // namespace brewproof
