// The network of the machine as a step of an event: what is blocked, in which arm, and that nothing
// stays blocked when the trial is over, whatever ended it.
#include "rig/procedure/outage.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/procedure/scripted_run.h"

namespace brewproof {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class NotedBlock final : public NetworkBlock {
 public:
  explicit NotedBlock(testing::Scene& scene) : scene_(scene) {}
  Result<Sent> hold(const BlockTargets& targets) override { return note("hold", targets); }
  Result<Sent> pretend(const BlockTargets& targets) override { return note("pretend", targets); }
  Result<std::uint64_t> dropped() override { return 7; }
  std::size_t standing = 0;
  bool fails = false;

 private:
  Result<Sent> note(const char* word, const BlockTargets& targets) {
    std::string line = word;
    for (const auto& [target, rate] : targets) {
      line += fmt::format(" {}:{}", target.address.empty() ? "all" : target.address, target.port);
      if (rate != 0) line += fmt::format(" to {}", rate);
    }
    scene_.log.push_back(line);
    if (fails) return fail(ErrorCode::host, "nft ended");
    standing = std::string(word) == "hold" ? targets.size() : 0;
    Sent sent;
    sent.before_write = sent.after_drain = scene_.clock.now();
    return sent;
  }
  testing::Scene& scene_;
};

class OutageTest : public ScriptedRun {
 protected:
  OutageTest() { network = &block; }
  Step step(Step::Kind kind, const std::string& target) {
    Step one;
    one.kind = kind;
    one.control = target;
    one.place = "p.yaml:7:9";
    return one;
  }
  // The brew's steps, and one slot of it.
  LoopResult with_steps(std::vector<Step> steps, bool sham) {
    procedure.events["brew"].steps = std::move(steps);
    plan.slots = {plan.slots[sham ? 2 : 0]};
    return go();
  }
  Step press() { return brew.steps[0]; }
  std::vector<std::string> log(std::size_t first) {
    scene.log.resize(std::min(scene.log.size(), first));
    return scene.log;
  }
  NotedBlock block{scene};
};

TEST_F(OutageTest, WhatIsBlockedStaysSoUntilTheTrialIsOver) {
  const LoopResult result = with_steps({step(Step::Kind::block, "everything"), press()}, false);
  EXPECT_EQ(result.outcome, "completed") << result.fault->message;
  EXPECT_THAT(log(4), ElementsAre("hold all:0", "on 1", "off 1", "hold"));
  EXPECT_EQ(block.standing, 0U);
}

// Half a second after the press the machine draws no more power: the sensor was looked at before.
class WhileTheNetworkIsBlocked : public OutageTest, public ::testing::WithParamInterface<bool> {};

TEST_P(WhileTheNetworkIsBlocked, AnActIsConfirmedAndTheNextStepComesWhenItIsDue) {
  const bool sham = GetParam();
  Step wait;
  wait.kind = Step::Kind::wait;
  wait.duration = std::chrono::seconds(8);
  const LoopResult result = with_steps({step(Step::Kind::block, "everything"), press(), wait,
                                        step(Step::Kind::unblock, "everything")},
                                       sham);
  EXPECT_EQ(result.outcome, "completed");
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].status, TrialStatus::ok);
  const auto outcome = journal().at(1).body;
  const auto unblocked = outcome["steps"].back()["sent"]["before_write_raw_ns"].get<std::int64_t>();
  const auto contact = outcome["act_raw_ns"].get<std::int64_t>();
  // However long the sensor was looked at.
  EXPECT_NEAR(static_cast<double>(unblocked - contact) * 1e-9, 8, 0.5);
  EXPECT_EQ(outcome["confirmed_ns"].is_null(), sham);
}

INSTANTIATE_TEST_SUITE_P(Arms, WhileTheNetworkIsBlocked, ::testing::Bool(),
                         [](const auto& arm) { return arm.param ? "sham" : "act"; });

TEST_F(OutageTest, TheJournalSaysWhatWasBlockedAndHowManyPacketsThatDropped) {
  (void)with_steps({step(Step::Kind::block, "203.0.113.10:443"), press()}, false);
  const auto records = journal();
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[1].body["steps"][0]["block"], "203.0.113.10:443");
  EXPECT_EQ(records[2].type, "outcome");
  EXPECT_EQ(records[2].body["action"], "unblock");
  EXPECT_EQ(records[2].body["after_trial"], 1);
  EXPECT_EQ(records[2].body["packets"], 7);
  EXPECT_EQ(records[2].body["targets"], nlohmann::json({"203.0.113.10:443"}));
}

TEST_F(OutageTest, TheLastStepThatTouchesTheMachineIsTheLastContact) {
  const LoopResult result = with_steps(
      {step(Step::Kind::block, "everything"), press(), step(Step::Kind::unblock, "everything")},
      false);
  EXPECT_THAT(log(4), ElementsAre("hold all:0", "on 1", "off 1", "hold"));
  const auto records = journal();
  ASSERT_EQ(records.size(), 2U);  // nothing was left to be undone
  EXPECT_EQ(records[1].body["act_raw_ns"],
            records[1].body["steps"][1]["on"]["before_write_raw_ns"]);
}

TEST_F(OutageTest, WhereNothingTouchesTheMachineTheNetworkIsTheLastContact) {
  (void)with_steps({step(Step::Kind::block, "everything"), step(Step::Kind::unblock, "everything")},
                   false);
  const auto outcome = journal().at(1).body;
  EXPECT_EQ(outcome["act_raw_ns"], outcome["steps"][1]["sent"]["before_write_raw_ns"]);
}

TEST_F(OutageTest, OneOfSeveralIsUnblockedAloneAndEverythingAltogether) {
  (void)with_steps(
      {step(Step::Kind::block, "203.0.113.10"), step(Step::Kind::block, "203.0.113.20"),
       step(Step::Kind::unblock, "203.0.113.10"), step(Step::Kind::unblock, "everything")},
      false);
  EXPECT_THAT(log(4), ElementsAre("hold 203.0.113.10:0", "hold 203.0.113.10:0 203.0.113.20:0",
                                  "hold 203.0.113.20:0", "hold"));
}

TEST_F(OutageTest, AShamHasTheSameNetworkWhereItsEventHasAnActBeside) {
  (void)with_steps({step(Step::Kind::block, "everything"), press()}, true);
  EXPECT_THAT(log(4), ElementsAre("hold all:0", "on 4", "off 4", "hold"));
}

TEST_F(OutageTest, AShamOfABlockAloneLetsEverythingThrough) {
  (void)with_steps({step(Step::Kind::block, "everything")}, true);
  EXPECT_THAT(log(2), ElementsAre("pretend all:0", "hold"));
  EXPECT_EQ(journal()[2].body["packets"], 0);
}

TEST_F(OutageTest, ALimitStandsUntilItIsTakenBackOrTheTrialIsOver) {
  Step limit = step(Step::Kind::limit, "everything");
  limit.rate = 8000;
  (void)with_steps({limit, press(), step(Step::Kind::block, "everything"), limit}, false);
  EXPECT_THAT(log(6), ElementsAre("hold all:0 to 8000", "on 1", "off 1", "hold all:0",
                                  "hold all:0 to 8000", "hold"));
  const auto records = journal();
  EXPECT_EQ(records[1].body["steps"][0]["limit"], "everything");
  EXPECT_EQ(records[1].body["steps"][0]["bytes_per_second"], 8000);
  EXPECT_EQ(records[2].body["action"], "unblock");
}

TEST_F(OutageTest, AFaultInMidTrialLeavesNothingBlocked) {
  scene.failure = {ErrorCode::io, "unplugged"};
  scene.commands_until_failure = 0;
  const LoopResult result = with_steps({step(Step::Kind::block, "everything"), press()}, false);
  EXPECT_EQ(result.outcome, "rig_fault");
  EXPECT_EQ(block.standing, 0U);
}

TEST_F(OutageTest, AStopInMidActLeavesNothingBlocked) {
  scene.on_log = [this](const std::string& line) {
    if (line == "on 1") stop = 2;
  };
  const LoopResult result = with_steps({step(Step::Kind::block, "everything"), press()}, false);
  EXPECT_EQ(result.outcome, "aborted");
  EXPECT_EQ(block.standing, 0U);
}

TEST_F(OutageTest, ABlockThatFailsIsTheRigsFault) {
  block.fails = true;
  const LoopResult result = with_steps({step(Step::Kind::block, "everything"), press()}, false);
  EXPECT_EQ(result.outcome, "rig_fault");
  EXPECT_THAT(result.fault->message, HasSubstr("nft ended"));
}

TEST_F(OutageTest, WithoutWhatBlocksAStepThatAsksForItIsAnError) {
  network = nullptr;
  const LoopResult result = with_steps({step(Step::Kind::block, "everything"), press()}, false);
  EXPECT_THAT(result.fault->message,
              HasSubstr("p.yaml:7:9: block: only `run` can block the machine's network"));
}

TEST_F(OutageTest, ACardThatIsDeclinedIsShownAndDenied) {
  Step declined = pay.steps[0];
  declined.kind = Step::Kind::decline;
  procedure.events["pay"].steps = {declined};
  plan.slots = {plan.slots[3]};
  const LoopResult result = go();
  EXPECT_EQ(result.trials[0].status, TrialStatus::ok);
  EXPECT_THAT(log(2), ElementsAre("begin 5000 02a1b2c3", "deny"));
  EXPECT_EQ(result.trials[0].observed.at("price"), Value(std::int64_t{180}));
  EXPECT_EQ(journal()[1].body["steps"][0]["decline"], "card");
}

TEST_F(OutageTest, ACardThatIsTakenBackIsShownAndWithdrawn) {
  Step cancelled = pay.steps[0];
  cancelled.kind = Step::Kind::cancel;
  procedure.events["pay"].steps = {cancelled};
  plan.slots = {plan.slots[3]};
  const LoopResult result = go();
  EXPECT_EQ(result.trials[0].status, TrialStatus::ok);
  EXPECT_THAT(log(1), ElementsAre("withdraw 5000 02a1b2c3"));
  EXPECT_EQ(journal()[1].body["steps"][0]["cancel"], "card");
  EXPECT_TRUE(journal()[1].body["steps"][0].contains("contact"));
}

TEST_F(OutageTest, AMachineThatTakesNoCardIsSilent) {
  Step cancelled = pay.steps[0];
  cancelled.kind = Step::Kind::cancel;
  procedure.events["pay"].steps = {cancelled};
  plan.slots = {plan.slots[3]};
  scene.opens_session = false;
  const LoopResult result = go();
  EXPECT_EQ(result.trials[0].status, TrialStatus::unconfirmed);
  EXPECT_THAT(log(3), ElementsAre("withdraw 5000 02a1b2c3", "harmless", "deny"));
}

}  // namespace
}  // namespace brewproof
