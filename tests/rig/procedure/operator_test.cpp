// Steps that a person does, with a person who answers after three seconds.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/procedure/scripted_run.h"

namespace brewproof {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class OperatorTest : public ScriptedRun {
 protected:
  OperatorTest() {
    Step step;
    step.kind = Step::Kind::by_operator;
    step.asked.ask = "press ${drink}";
    step.asked.sham = "look away";
    step.asked.choices = {"done", "it is dark"};
    step.asked.within = std::chrono::minutes(1);
    EventSpec& event = procedure.events["brew"];
    event.steps = {step};
    event.sham = "none";
    event.confirm.clear();
    attendant.emplace("Anna", [this] { return answers; });
    when_shown = [this](const Progress& p) {
      if (p.phase != Progress::Phase::ask) return;
      asked.push_back(p.what);
      if (digit == 0) return;
      scene.clock.advance(std::chrono::seconds(3));
      answers = {answers.count + 1, digit};
    };
    plan.slots = {plan.slots[0], plan.slots[2]};
  }
  std::vector<std::string> asked;
  int digit = 1;
};

TEST_F(OperatorTest, IsAskedAndTheAnswerIsOnRecord) {
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "completed") << (result.fault ? result.fault->message : "");
  EXPECT_THAT(asked, ElementsAre("press espresso  (1: done, 2: it is dark)",
                                 "look away  (1: done, 2: it is dark)"));
  for (const Trial& trial : result.trials) {
    EXPECT_EQ(trial.status, TrialStatus::ok) << trial.reason;
    // Done at some time between question and answer.
    EXPECT_EQ(trial.start_uncertainty_ns, 3'000 * ms);
    EXPECT_EQ(trial.end_ns, *trial.act_ns + 3'350 * ms);
  }
  for (const Record& record : journal()) {
    if (record.type != "outcome") continue;
    const nlohmann::json& step = record.body["steps"].at(0);
    EXPECT_EQ(step["operator"], "Anna");
    EXPECT_EQ(step["answer"], "done");
    EXPECT_EQ(step["answered"]["end_raw_ns"].get<std::int64_t>() -
                  step["answered"]["begin_raw_ns"].get<std::int64_t>(),
              3'000 * ms);
  }
}

TEST_F(OperatorTest, WhoSaysThatItWasNotDoneLeavesTheActUnconfirmed) {
  digit = 2;
  const LoopResult result = go();
  EXPECT_EQ(result.trials[0].status, TrialStatus::unconfirmed);
  EXPECT_EQ(result.trials[0].reason, "the operator: it is dark");
}

TEST_F(OperatorTest, AKeyThatIsNoChoiceIsNoAnswer) {
  digit = 7;
  const LoopResult result = go();
  EXPECT_EQ(result.trials[0].reason, "rig-fault");
}

TEST_F(OperatorTest, WhoDoesNotAnswerIsNoFaultOfTheMachine) {
  digit = 0;
  plan.slots.resize(1);
  const std::int64_t began = scene.clock.now().raw_ns;
  const LoopResult result = go();
  EXPECT_EQ(result.trials[0].status, TrialStatus::excluded);
  EXPECT_EQ(result.trials[0].reason, "rig-fault");
  EXPECT_GE(scene.clock.now().raw_ns - began, 60'000 * ms);
}

TEST_F(OperatorTest, WithoutAnybodyTheRunEnds) {
  attendant.reset();
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "rig_fault");
  EXPECT_THAT(result.fault->message, HasSubstr("somebody has to press espresso"));
}

TEST_F(OperatorTest, AWaitForTheMachinesRestLastsUntilItIsThere) {
  Condition rest;
  rest.control = "watts";
  rest.below = 30;
  rest.hold = std::chrono::milliseconds(20);
  bench_file.ready = {rest};
  EventSpec& event = procedure.events["brew"];
  Step press;
  press.control = "espresso";
  Step wait;
  wait.kind = Step::Kind::wait_ready;
  event.steps = {press, wait};
  plan.slots.resize(1);
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "completed") << (result.fault ? result.fault->message : "");
  for (const Record& record : journal())
    if (record.type == "outcome" && record.body.contains("steps")) {
      const nlohmann::json& at_rest = record.body["steps"].at(1)["ready"];
      EXPECT_GE(at_rest["end_raw_ns"].get<std::int64_t>(), brewing_until);
    }
}

}  // namespace
}  // namespace brewproof
