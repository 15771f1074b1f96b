#include "rig/procedure/loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "rig/procedure/act.h"
#include "tests/rig/procedure/scripted_run.h"

namespace brewproof {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class LoopTest : public ScriptedRun {};

TEST_F(LoopTest, DoesEverySlotOfThePlanInOrder) {
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "completed");
  EXPECT_FALSE(result.fault) << result.fault->message;
  ASSERT_THAT(result.trials, SizeIs(8));
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(result.trials[i].trial, plan.slots[i].trial);
    EXPECT_EQ(result.trials[i].status, TrialStatus::ok) << result.trials[i].reason;
    EXPECT_EQ(result.trials[i].end_ns, *result.trials[i].act_ns + 350 * ms);
    EXPECT_LE(result.trials[i].start_ns, *result.trials[i].act_ns);
  }
}

TEST_F(LoopTest, ABlockWhoseConnectionsWereLedAnotherWayBeginsAfterTheIdleTime) {
  std::vector<int> asked;
  before_block = [&](int block) -> Result<bool> {
    asked.push_back(block);
    return block == 2;
  };
  const LoopResult led = go();
  EXPECT_EQ(led.outcome, "completed");
  EXPECT_THAT(asked, ElementsAre(1, 2));
  const auto between = [](const LoopResult& result) {
    return result.trials[4].start_ns - result.trials[3].end_ns;
  };
  EXPECT_GE(between(led), plan.idle_ns);
  EXPECT_LT(led.trials[0].start_ns, led.trials[3].end_ns);
}

TEST_F(LoopTest, TheFirstBlockIsLedBeforeTheFirstIdleTimeWhichIsEnough) {
  std::vector<std::int64_t> asked_at;
  before_block = [&](int) -> Result<bool> {
    asked_at.push_back(scene.clock.now().raw_ns);
    return asked_at.size() == 1;
  };
  const std::int64_t began = scene.clock.now().raw_ns;
  std::int64_t first_slot = 0;
  when_shown = [&](const Progress& progress) {
    if (progress.phase == Progress::Phase::trial && first_slot == 0)
      first_slot = scene.clock.now().raw_ns;
  };
  EXPECT_EQ(go().outcome, "completed");
  ASSERT_THAT(asked_at, SizeIs(2));
  EXPECT_EQ(asked_at[0], began);
  EXPECT_GE(first_slot, began + plan.idle_ns);
  EXPECT_LT(first_slot, began + 2 * plan.idle_ns);
}

TEST_F(LoopTest, AResumedRunIsLedAsItsFirstBlockThatIsNotBegunNeedsIt) {
  const LoopResult before = go();
  std::filesystem::remove(folder / "journal.jsonl");
  resumed.emplace();
  for (std::size_t i = 0; i < 4; ++i) resumed->trials.push_back(before.trials[i]);
  std::vector<int> asked;
  std::int64_t asked_at = 0;
  before_block = [&](int block) -> Result<bool> {
    asked.push_back(block);
    asked_at = scene.clock.now().raw_ns;
    return true;
  };
  const std::int64_t began = scene.clock.now().raw_ns;
  EXPECT_EQ(go().outcome, "completed");
  EXPECT_THAT(asked, ElementsAre(2));
  EXPECT_EQ(asked_at, began);
}

TEST_F(LoopTest, ABlockThatCannotBeLedIsNotBegun) {
  before_block = [&](int block) -> Result<bool> {
    if (block == 2) return fail(ErrorCode::host, "mitmdump ended");
    return false;
  };
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "rig_fault");
  EXPECT_THAT(result.trials, SizeIs(4));
  ASSERT_TRUE(result.fault);
  EXPECT_EQ(result.fault->message, "mitmdump ended");
}

TEST_F(LoopTest, AShamBrewPressesTheDummyAndAShamPaymentTalksToTheHostOnly) {
  plan.slots.resize(3);
  (void)go();
  scene.log.resize(6);  // then the bench makes everything safe
  EXPECT_THAT(scene.log, ElementsAre("on 1", "off 1", "harmless", "harmless", "on 4", "off 4"));
}

TEST_F(LoopTest, APaymentShowsTheMethodAndTheTokenAndApprovesTheAmount) {
  plan.slots = {plan.slots[3]};
  const LoopResult result = go();
  EXPECT_THAT(scene.log, Contains("begin 5000 02a1b2c3"));
  EXPECT_THAT(scene.log, Contains("approve 225"));
  EXPECT_EQ(result.trials[0].observed.at("price"), Value(std::int64_t{180}));
  EXPECT_EQ(result.trials[0].currency, "EUR");
}

TEST_F(LoopTest, AnIntentPrecedesEveryActAndAnOutcomeFollows) {
  (void)go();
  const auto records = journal();
  ASSERT_THAT(records, SizeIs(16));
  for (std::size_t i = 0; i < records.size(); i += 2) {
    EXPECT_EQ(records[i].type, "intent");
    EXPECT_EQ(records[i + 1].type, "outcome");
    EXPECT_EQ(records[i].body["trial"], records[i + 1].body["trial"]);
    EXPECT_LE(records[i].at.raw_ns, records[i + 1].body["act_raw_ns"].get<std::int64_t>());
  }
}

TEST_F(LoopTest, ABrewThatNoSensorSeesIsUnconfirmed) {
  scene.watts = [](const testing::Scene&) { return 3.0; };
  std::swap(plan.slots[0], plan.slots[2]);
  const LoopResult result = go();
  EXPECT_EQ(result.trials[0].status, TrialStatus::ok);  // its sham needs no confirmation
  EXPECT_EQ(result.trials[2].status, TrialStatus::unconfirmed);
  EXPECT_EQ(result.trials[2].reason, "no sensor confirmed the act");
}

// Two of the two brews planned are more than 5 %: beans for the rest would be wasted.
TEST_F(LoopTest, AMachineThatNeverReactsStopsTheRunAndTheLevelThatFailedIsTold) {
  scene.watts = [](const testing::Scene&) { return 3.0; };
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "rig_fault");
  EXPECT_THAT(result.reasons, ElementsAre("unconfirmed"));
  ASSERT_TRUE(result.fault);
  EXPECT_EQ(result.fault->code, ErrorCode::unconfirmed);
  EXPECT_THAT(result.fault->message,
              HasSubstr("1 of the 4 acts planned were commanded and reported by the board, but not "
                        "confirmed (no sensor confirmed the act)"));
  EXPECT_THAT(result.trials, SizeIs(1));
}

// One in twenty-one is less than 5 %.
TEST_F(LoopTest, OneUnconfirmedActAmongManyDoesNotStopTheRun) {
  const Slot brew_slot = plan.slots[0];
  plan.slots.clear();
  for (int i = 1; i <= 21; ++i) {
    plan.slots.push_back(brew_slot);
    plan.slots.back().trial = i;
  }
  const auto watts = scene.watts;
  scene.watts = [&](const testing::Scene& now) { return ended.empty() ? 3.0 : watts(now); };
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "completed");
  EXPECT_EQ(result.trials[0].status, TrialStatus::unconfirmed);
  EXPECT_EQ(result.trials[1].status, TrialStatus::ok);
}

TEST_F(LoopTest, AMachineThatAsksForNoVendIsUnconfirmedAndTheSessionIsClosed) {
  scene.asks_vend = false;
  plan.slots = {plan.slots[3]};
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "rig_fault");
  EXPECT_EQ(result.trials[0].status, TrialStatus::unconfirmed);
  EXPECT_THAT(scene.log, Contains("deny"));
}

// It took its request back: nothing was approved, and no device failed.
TEST_F(LoopTest, AVendThatTheMachineCancelsIsUnconfirmedAndTheSessionIsClosed) {
  scene.vend = PaymentReader::Outcome::cancelled;
  plan.slots = {plan.slots[3]};
  const LoopResult result = go();
  EXPECT_EQ(result.trials[0].status, TrialStatus::unconfirmed);
  EXPECT_THAT(result.trials[0].reason, HasSubstr("cancelled the vend"));
  EXPECT_THAT(scene.log, Contains("deny"));
  EXPECT_EQ(journal()[1].body["steps"][0]["vend"], "cancelled");
  EXPECT_FALSE(journal()[1].body["steps"][0].contains("contact"));
}

TEST_F(LoopTest, ABrewInAShamSlotTakesItsBlockOutAndTheReserveReplacesIt) {
  // Somebody presses the button by hand in trial 3, a sham brew.
  scene.on_log = [this](const std::string& line) {
    if (line == "on 1" || (line == "on 4" && ended.size() == 2))
      brewing_until = scene.clock.now().raw_ns + 200 * ms;
  };
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "completed");
  EXPECT_TRUE(result.reasons.empty());
  std::map<int, int> excluded;
  for (const Trial& trial : result.trials)
    if (trial.status == TrialStatus::excluded) {
      ++excluded[*trial.block];
      EXPECT_EQ(trial.reason, "unaccounted-vend");
    }
  EXPECT_EQ(excluded, (std::map<int, int>{{1, 3}}));  // the fourth slot was not done at all
  EXPECT_EQ(result.trials.back().block, 3);
  EXPECT_THAT(result.trials, SizeIs(3 + 4 + 4));
}

TEST_F(LoopTest, APaymentThatNobodyKnowsTheEndOfIsTheLastOne) {
  scene.vend = PaymentReader::Outcome::none;
  procedure.events["pay"].confirm.clear();
  for (int i = 0; i < 40; ++i) {  // one unconfirmed act is fewer than 5 % of so many
    plan.slots.push_back(plan.slots[0]);
    plan.slots.back().trial = 100 + i;
  }
  const LoopResult result = go();
  ASSERT_TRUE(result.fault);
  EXPECT_THAT(result.fault->message,
              HasSubstr("trial 4 approved a payment and the machine reported no result"));
  EXPECT_THAT(result.trials, SizeIs(4));
  EXPECT_THAT(result.reasons, Contains("unconfirmed"));
}

TEST_F(LoopTest, WithoutReserveTheRunSaysSo) {
  plan.reserve.clear();
  scene.on_log = [this](const std::string& line) {
    if (line == "on 1" || (line == "on 4" && ended.size() == 2))
      brewing_until = scene.clock.now().raw_ns + 200 * ms;
  };
  const LoopResult result = go();
  EXPECT_THAT(result.reasons, ElementsAre("reserve-exhausted", "unaccounted-vend"));
}

TEST_F(LoopTest, APassingDeviceFaultCostsTheBlockNotTheRun) {
  scene.failure = {ErrorCode::timeout, "no answer"};
  after_trial = [this](const Trial& trial) {
    scene.commands_until_failure = trial.trial == 1 ? 0 : -1;
  };
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "completed");
  EXPECT_EQ(result.trials[0].status, TrialStatus::excluded);
  EXPECT_EQ(result.trials[1].reason, "rig-fault");
  EXPECT_EQ(result.trials.back().block, 3);
}

TEST_F(LoopTest, AnUnpluggedBoardEndsTheRunAsARigFault) {
  after_trial = [this](const Trial& trial) {
    if (trial.trial == 3) scene.commands_until_failure = 0;
  };
  plan.slots.push_back(plan.slots[0]);
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "rig_fault");
  ASSERT_TRUE(result.fault);
  EXPECT_EQ(result.fault->code, ErrorCode::io);
  EXPECT_EQ(result.trials.back().status, TrialStatus::excluded);
}

TEST_F(LoopTest, OneStopRequestEndsAfterTheTrial) {
  after_trial = [this](const Trial& trial) {
    if (trial.trial == 2) stop = 1;
  };
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "aborted");
  EXPECT_THAT(result.trials, SizeIs(2));
  EXPECT_EQ(result.trials[1].status, TrialStatus::ok);
}

TEST_F(LoopTest, TwoStopRequestsEndInMidPressWithTheContactOpen) {
  scene.on_log = [this](const std::string& line) {
    if (line == "on 1") stop = 2;
  };
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "aborted");
  EXPECT_EQ(result.trials.back().reason, "interrupted");
  EXPECT_FALSE(scene.outputs[1]);
}

TEST_F(LoopTest, APauseIsTakenBetweenTwoTrialsAndJournalled) {
  after_trial = [this](const Trial& trial) { pause = trial.trial == 2; };
  when_shown = [this](const Progress& p) {
    if (p.phase != Progress::Phase::pause || !pause) return;
    scene.clock.advance(std::chrono::minutes(1));
    pause = false;
  };
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "completed");
  ASSERT_THAT(result.trials, SizeIs(8));
  EXPECT_GE(result.trials[2].start_ns - result.trials[1].end_ns, 60'000 * ms);
  std::vector<std::string> types;
  for (const Record& record : journal()) {
    if (record.type == "pause" || record.type == "continue" || record.type == "intent")
      types.push_back(record.type);
    if (record.type == "continue") {
      EXPECT_GE(record.body["from_ns"].get<std::int64_t>(), result.trials[1].end_ns);
      EXPECT_LE(record.body["to_ns"].get<std::int64_t>(), result.trials[2].start_ns);
    }
  }
  types.resize(5);
  EXPECT_THAT(types, ElementsAre("intent", "intent", "pause", "continue", "intent"));
  EXPECT_TRUE(std::ranges::any_of(
      shown, [](const Progress& p) { return p.phase == Progress::Phase::pause; }));
}

TEST_F(LoopTest, AStopEndsAPauseAndTheRun) {
  after_trial = [this](const Trial& trial) { pause = trial.trial == 2; };
  when_shown = [this](const Progress& p) {
    if (p.phase == Progress::Phase::pause) stop = 1;
  };
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "aborted");
  EXPECT_THAT(result.trials, SizeIs(2));
}

TEST_F(LoopTest, AResumedRunDoesOnlyWhatWasNotBegunAndReplacesTheLostBlock) {
  const LoopResult before = go();
  std::filesystem::remove(folder / "journal.jsonl");
  ended.clear();
  scene.log.clear();
  resumed.emplace();
  for (std::size_t i = 0; i < 6; ++i) resumed->trials.push_back(before.trials[i]);
  resumed->trials[5].status = TrialStatus::excluded;
  resumed->trials[5].reason = "cut-off";
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "completed");
  std::vector<int> done;
  for (const Trial& trial : ended) done.push_back(trial.trial);
  EXPECT_THAT(done, ElementsAre(9, 10, 11, 12));  // the reserve block alone
  EXPECT_THAT(result.trials, SizeIs(6 + 4));
  EXPECT_TRUE(result.reasons.empty());
}

TEST_F(LoopTest, WhatAnInterruptedRunUsedUpCountsAgainstTheLimits) {
  const LoopResult before = go();
  std::filesystem::remove(folder / "journal.jsonl");
  scene.log.clear();
  resumed.emplace();
  for (std::size_t i = 0; i < 4; ++i) resumed->trials.push_back(before.trials[i]);
  bench_file.limits.cups = 3;  // two of them are gone
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "rig_fault");
  EXPECT_EQ(std::ranges::count(scene.log, "on 1") + std::ranges::count(scene.log, "approve 225"),
            1);
}

TEST_F(LoopTest, TheCupLimitStopsBeforeTheCupIsBrewed) {
  bench_file.limits.cups = 3;
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "rig_fault");
  ASSERT_TRUE(result.fault);
  EXPECT_EQ(result.fault->code, ErrorCode::interlock);
  EXPECT_THAT(result.fault->message, HasSubstr("limit of 3 cups"));
  EXPECT_EQ(std::ranges::count(scene.log, "on 1") + std::ranges::count(scene.log, "approve 225"),
            3);
}

TEST_F(LoopTest, ASlotWaitsUntilTheMachineIsReady) {
  Condition idle;
  idle.control = "watts";
  idle.below = 30;
  idle.hold = std::chrono::milliseconds(50);
  bench_file.ready = {idle};
  scene.on_log = [this](const std::string& line) {
    if (line == "on 1") brewing_until = scene.clock.now().raw_ns + 3000 * ms;
  };
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "completed");
  EXPECT_GE(result.trials[1].start_ns - result.trials[0].start_ns, 3050 * ms);
}

TEST_F(LoopTest, AMachineThatIsNotReadyInTimeEndsTheRun) {
  Condition idle;
  idle.control = "watts";
  idle.below = 1;
  idle.within = std::chrono::seconds(30);
  bench_file.ready = {idle};
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "rig_fault");
  EXPECT_THAT(result.fault->message, HasSubstr("not ready within 30 s"));
}

TEST(Substitute, ReplacesNamesAndLeavesOtherTextAlone) {
  const Parameters parameters = {{"a", std::int64_t{180}}, {"b", "latte"}};
  EXPECT_EQ(substitute("x ${a} y${b}", parameters), "x 180 ylatte");
  EXPECT_EQ(substitute("${", parameters), "${");
  EXPECT_EQ(substitute("$ {a}", parameters), "$ {a}");
}

}  // namespace
}  // namespace brewproof
