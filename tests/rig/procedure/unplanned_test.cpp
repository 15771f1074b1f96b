#include "rig/procedure/unplanned.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/procedure/scripted_run.h"

namespace brewproof {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Condition condition(std::optional<double> above, std::optional<double> below,
                    std::chrono::nanoseconds within = std::chrono::nanoseconds(0)) {
  Condition condition;
  condition.control = "watts";
  condition.above = above;
  condition.below = below;
  condition.within = within;
  condition.unit = "W";
  return condition;
}

class UnplannedWatchTest : public ::testing::Test {
 protected:
  UnplannedWatchTest() {
    procedure.events["brew"].confirm = {
        condition(500, std::nullopt, std::chrono::milliseconds(500))};
    bench.ready = {condition(std::nullopt, 30)};
  }
  // Readings 100 ms apart from `at` on.
  void see(UnplannedWatch& watch, std::vector<double> watts) {
    for (const double value : watts) {
      at += 100 * ms;
      watch.look(
          [&](const std::string&) -> Result<Meter::Reading> {
            return Meter::Reading{value, {at, at}};
          },
          at);
    }
  }
  ProcedureFile procedure;
  BenchFile bench;
  std::int64_t at = 0;
};

TEST_F(UnplannedWatchTest, SeesARiseFromItsFirstReadingToTheMachinesRest) {
  UnplannedWatch watch(procedure, bench);
  watch.at_rest();
  see(watch, {3, 3, 130, 1240, 130, 1230});
  EXPECT_TRUE(watch.open());
  EXPECT_THAT(watch.take(), IsEmpty());
  see(watch, {60, 3});
  const auto acts = watch.take();
  ASSERT_THAT(acts, SizeIs(1));
  EXPECT_EQ(acts[0].from_ns, 400 * ms);
  EXPECT_EQ(acts[0].to_ns, 800 * ms);
  EXPECT_EQ(acts[0].peak, 1240);
  EXPECT_EQ(acts[0].unit, "W");
  EXPECT_EQ(acts[0].within_ns, 500 * ms);
  EXPECT_FALSE(acts[0].by_itself);
  EXPECT_THAT(watch.take(), IsEmpty());
}

TEST_F(UnplannedWatchTest, WhatAnActDrawsIsNotUnplannedUntilTheMachineRests) {
  UnplannedWatch watch(procedure, bench);
  see(watch, {1240, 3});  // nobody knows yet what that was
  watch.at_rest();
  watch.act_begins();
  see(watch, {1240, 3, 1240, 3});
  EXPECT_THAT(watch.take(), IsEmpty());
  watch.at_rest();
  see(watch, {1240, 3});
  EXPECT_THAT(watch.take(), SizeIs(1));
}

TEST_F(UnplannedWatchTest, ARinseIsToldApartByItsWattsAndItsTimeWhereTheBenchSaysSo) {
  for (const bool told : {false, true}) {
    if (told) bench.by_itself = {condition(std::nullopt, 700, std::chrono::milliseconds(300))};
    UnplannedWatch watch(procedure, bench);
    watch.at_rest();
    see(watch, {640, 620, 3});            // a rinse
    see(watch, {640, 1240, 3});           // no rinse draws so much
    see(watch, {640, 620, 640, 620, 3});  // none lasts so long
    const auto acts = watch.take();
    ASSERT_THAT(acts, SizeIs(3));
    EXPECT_EQ(acts[0].by_itself, told);
    EXPECT_FALSE(acts[1].by_itself);
    EXPECT_FALSE(acts[2].by_itself);
  }
}

TEST_F(UnplannedWatchTest, ReadsTheMeterTenTimesInTheTimeInWhichAnActMustShow) {
  for (const auto& [within, readings] : {std::pair(std::chrono::milliseconds(5000), 4),
                                         std::pair(std::chrono::milliseconds(1000), 20),
                                         std::pair(std::chrono::milliseconds(100), 20)}) {
    procedure.events["brew"].confirm = {condition(500, std::nullopt, within)};
    UnplannedWatch watch(procedure, bench);
    int count = 0;
    for (int i = 0; i < 20; ++i)
      watch.look(
          [&](const std::string&) -> Result<Meter::Reading> {
            ++count;
            return Meter::Reading{3, {}};
          },
          i * 100 * ms);
    EXPECT_EQ(count, readings) << within.count();
  }
}

TEST_F(UnplannedWatchTest, WithoutAStateOfRestOnThatMeterNothingIsWatched) {
  EXPECT_TRUE(UnplannedWatch(procedure, bench).can_see(procedure.events["brew"]));
  bench.ready.clear();
  EXPECT_FALSE(UnplannedWatch(procedure, bench).can_see(procedure.events["brew"]));
}

TEST_F(UnplannedWatchTest, AnInputThatLeavesTheStateOfRestIsSomebodyAtTheMachine) {
  for (const bool rests_on : {false, true}) {
    Condition cup = condition(std::nullopt, std::nullopt);
    cup.control = "cup";
    cup.unit = "";
    cup.is_state = true;
    (rests_on ? cup.above : cup.below) = 0.5;
    bench.ready = {cup};
    procedure.events["brew"].confirm.clear();
    UnplannedWatch watch(procedure, bench);
    watch.at_rest();
    const double rest = rests_on ? 1 : 0, other = 1 - rest;
    see(watch, {rest, other, other, other, other, other, rest, rest, rest, rest, rest});
    const auto acts = watch.take();
    ASSERT_THAT(acts, SizeIs(1)) << rests_on;
    EXPECT_EQ(acts[0].control, "cup");
  }
}

TEST_F(UnplannedWatchTest, ASessionThatTheRigDidNotBeginIsSomebodysCard) {
  ControlConfig card;
  card.name = "card";
  card.kind = ControlConfig::Kind::reader;
  bench.controls["card"] = card;
  UnplannedWatch watch(procedure, bench);
  watch.stray_session("card", {1, 1});  // nobody knows yet whose
  EXPECT_FALSE(watch.open());
  watch.at_rest();
  watch.stray_session("card", {5, 5});
  EXPECT_TRUE(watch.open());
  watch.at_rest();
  const auto acts = watch.take();
  ASSERT_THAT(acts, SizeIs(1));
  EXPECT_EQ(acts[0].control, "card");
  EXPECT_EQ(acts[0].from_ns, 5);
}

// The loop's plan on a bench that can be watched; somebody presses the button by hand.
class UnplannedActTest : public ScriptedRun {
 protected:
  UnplannedActTest() {
    Condition rest = condition(std::nullopt, 30, std::chrono::minutes(2));
    rest.hold = std::chrono::milliseconds(50);
    bench_file.ready = {rest};
    scene.watts = [this](const testing::Scene& s) {
      const std::int64_t now = s.clock.now().raw_ns;
      if (hand_at && now >= *hand_at && now < *hand_at + 200 * ms) return hand_watts;
      return now < brewing_until ? 1200.0 : 3.0;
    };
  }
  // A hand at the machine so long after the end of that trial.
  void hand_after(int trial, std::int64_t later_ns) {
    after_trial = [=, this](const Trial& over) {
      if (over.trial == trial) hand_at = scene.clock.now().raw_ns + later_ns;
    };
  }
  std::map<int, int> excluded(const LoopResult& result, const std::string& reason) {
    std::map<int, int> by_block;
    for (const Trial& trial : result.trials)
      if (trial.status == TrialStatus::excluded) {
        EXPECT_EQ(trial.reason, reason);
        ++by_block[*trial.block];
      }
    return by_block;
  }
  std::vector<nlohmann::json> told() {
    std::vector<nlohmann::json> lines;
    for (const Record& record : journal())
      if (record.type == "unplanned") lines.push_back(record.body);
    return lines;
  }
  std::optional<std::int64_t> hand_at;
  double hand_watts = 1200;
};

TEST_F(UnplannedActTest, NoneIsSeenInARunThatNobodyDisturbs) {
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "completed");
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_THAT(excluded(result, ""), IsEmpty());
}

TEST_F(UnplannedActTest, BetweenTwoTrialsItTakesItsBlockOutAndTheReserveReplacesIt) {
  hand_after(2, 80 * ms);  // in the wait before the third
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "completed");
  EXPECT_TRUE(result.reasons.empty());
  EXPECT_EQ(excluded(result, "unplanned-act"), (std::map<int, int>{{1, 2}}));  // two were not done
  EXPECT_EQ(result.trials.back().block, 3);
  const auto lines = told();
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0]["control"], "watts");
  EXPECT_EQ(lines[0]["peak"], 1200.0);
  EXPECT_EQ(lines[0]["by_itself"], false);
  EXPECT_EQ(lines[0]["block"], 1);
}

TEST_F(UnplannedActTest, ACardThatTheRigDidNotShowDoesTheSame) {
  after_trial = [this](const Trial& over) { scene.stray_session = over.trial == 2; };
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "completed");
  EXPECT_EQ(excluded(result, "unplanned-act"), (std::map<int, int>{{1, 2}}));
  const auto lines = told();
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0]["control"], "card");
}

TEST_F(UnplannedActTest, InAShamSlotItDoesTheSame) {
  hand_after(2, 20 * ms + 50 * ms + 100 * ms + 200 * ms);  // drain, rest, jitter, then in trial 3
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "completed");
  EXPECT_EQ(excluded(result, "unplanned-act"), (std::map<int, int>{{1, 3}}));
  EXPECT_EQ(told()[0]["block"], 1);
}

TEST_F(UnplannedActTest, InTheLastSlotOfABlockItIsStillThatBlocks) {
  for (Slot& slot : plan.slots)
    if (slot.trial == 4) slot.sham = true;
  hand_after(3, 20 * ms + 50 * ms + 100 * ms + 300 * ms);
  EXPECT_EQ(excluded(go(), "unplanned-act"), (std::map<int, int>{{1, 4}}));
}

TEST_F(UnplannedActTest, ARinseThatTheBenchDescribesCostsNothingAndIsJournalled) {
  bench_file.by_itself = {condition(std::nullopt, 700)};
  hand_watts = 640;
  hand_after(2, 80 * ms);
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "completed");
  EXPECT_THAT(excluded(result, ""), IsEmpty());
  EXPECT_THAT(result.trials, SizeIs(8));
  ASSERT_THAT(told(), SizeIs(1));
  EXPECT_EQ(told()[0]["by_itself"], true);
  // No lot was read before the machine rested again.
  EXPECT_GE(result.trials[2].start_ns, told()[0]["to_ns"].get<std::int64_t>());
}

TEST_F(UnplannedActTest, ARinseThatTheBenchDoesNotDescribeCountsAsUnplanned) {
  hand_watts = 640;
  hand_after(2, 80 * ms);
  EXPECT_EQ(excluded(go(), "unplanned-act"), (std::map<int, int>{{1, 2}}));
}

TEST_F(UnplannedActTest, ARinseInAShamSlotIsNoBrewOfThatSlot) {
  bench_file.by_itself = {condition(std::nullopt, 700)};
  hand_watts = 640;
  hand_after(2, 20 * ms + 50 * ms + 100 * ms + 100 * ms);
  EXPECT_THAT(excluded(go(), ""), IsEmpty());
  EXPECT_THAT(told(), SizeIs(1));
}

TEST_F(UnplannedActTest, WithoutReserveTheRunSaysWhy) {
  plan.reserve.clear();
  hand_after(2, 80 * ms);
  EXPECT_THAT(go().reasons, ElementsAre("reserve-exhausted", "unplanned-act"));
}

}  // namespace
}  // namespace brewproof
