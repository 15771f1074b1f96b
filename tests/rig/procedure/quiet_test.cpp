// Waiting until the machine says nothing more, on the virtual clock.
#include "rig/procedure/quiet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/procedure/scripted_run.h"

namespace brewproof {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class QuietTest : public ::testing::Test {
 protected:
  // Frames at these times (ms after the beginning).
  Result<Quiet> wait(std::chrono::nanoseconds quiet, std::chrono::nanoseconds within,
                     const std::vector<std::int64_t>& frames_ms) {
    const Instant begin = clock_.now();
    const auto heard = [&, begin]() -> Result<std::int64_t> {
      std::int64_t last = 0;
      for (const std::int64_t at : frames_ms)
        if (begin.real_ns + at * ms <= clock_.now().real_ns) last = begin.real_ns + at * ms;
      ++asked_;
      return last;
    };
    auto result = wait_until_quiet(quiet, within, heard, clock_, [&](std::int64_t raw_ns) {
      clock_.sleep_until(raw_ns);
      return Result<void>();
    });
    took_ms_ = (clock_.now().raw_ns - begin.raw_ns) / ms;
    return result;
  }
  VirtualClock clock_;
  std::int64_t took_ms_ = 0;
  int asked_ = 0;
};

TEST_F(QuietTest, ASilenceThatBeganBeforeCounts) {
  const auto quiet = wait(2s, 10s, {-1500});
  ASSERT_TRUE(quiet);
  EXPECT_TRUE(quiet->met);
  EXPECT_NEAR(static_cast<double>(took_ms_), 550, 30);  // and what may still be on its way
}

TEST_F(QuietTest, EachFrameBeginsItAnew) {
  const auto quiet = wait(2s, 10s, {-100, 1000, 2500});
  EXPECT_TRUE(quiet->met);
  EXPECT_NEAR(static_cast<double>(took_ms_), 4550, 30);
  EXPECT_LT(asked_, 10);
}

TEST_F(QuietTest, AMachineThatWasNeverHeardIsSilentFromHereOn) {
  const auto quiet = wait(2s, 10s, {});
  EXPECT_TRUE(quiet->met);
  EXPECT_NEAR(static_cast<double>(took_ms_), 2050, 30);
}

TEST_F(QuietTest, AMachineThatGoesOnTalkingIsNotQuietInTime) {
  std::vector<std::int64_t> beat;
  for (int at = -1000; at < 20'000; at += 400) beat.push_back(at);
  const auto quiet = wait(2s, 10s, beat);
  ASSERT_TRUE(quiet);
  EXPECT_FALSE(quiet->met);
  EXPECT_NEAR(static_cast<double>(took_ms_), 10'000, 30);
}

// The brew of a scripted run waits for silence first.
class QuietRun : public ScriptedRun {
 protected:
  QuietRun() {
    Step quiet;
    quiet.kind = Step::Kind::wait_quiet;
    quiet.duration = 1s;
    quiet.within = 5s;
    quiet.place = "p.yaml:7:9";
    procedure.events["brew"].steps = {quiet, brew.steps[0]};
    last_heard = [this]() -> Result<std::int64_t> {
      return talking ? scene.clock.now().real_ns : 1;
    };
  }
  bool talking = false;
};

TEST_F(QuietRun, TheActComesOnceItIsQuietAndTheJournalSaysSo) {
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "completed");
  EXPECT_EQ(result.trials[0].status, TrialStatus::ok);
  const auto step = journal().at(1).body["steps"][0];
  EXPECT_EQ(step["quiet_ns"], 1000 * ms);
  EXPECT_EQ(step["met"], true);
}

TEST_F(QuietRun, WhereItDoesNotGetQuietTheSlotShowsNothingAndItsBlockIsReplaced) {
  talking = true;
  after_trial = [this](const Trial&) { talking = false; };
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "completed");
  EXPECT_EQ(ended[0].status, TrialStatus::excluded);
  EXPECT_EQ(ended[0].reason, "not-quiet");
  ASSERT_THAT(result.trials, SizeIs(9));  // one, and two whole blocks
  EXPECT_EQ(result.trials.back().block, 3);
  const auto outcome = journal().at(1).body;
  EXPECT_EQ(outcome["steps"][0]["met"], false);
}

TEST_F(QuietRun, AShamThatDoesNotGetQuietIsLostLikeAnAct) {
  plan.slots = {plan.slots[2]};
  plan.reserve.clear();
  talking = true;
  const LoopResult result = go();
  EXPECT_EQ(result.trials[0].status, TrialStatus::excluded);
  EXPECT_EQ(result.trials[0].reason, "not-quiet");
}

TEST_F(QuietRun, WithoutACaptureItIsAnError) {
  last_heard = {};
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "rig_fault");
  EXPECT_THAT(result.fault->message,
              HasSubstr("p.yaml:7:9: wait: only `run` hears the machine's network"));
}

// A relay in the mains: on while they are cut.
class PowerRun : public ScriptedRun {
 protected:
  PowerRun() {
    ControlConfig mains = testing::output("mains", 3);
    mains.drives = ControlConfig::Drives::mains;
    mains.max_on = std::chrono::seconds(20);
    bench_file.controls["mains"] = mains;
    bench_file.controls["dummy"].max_on = std::chrono::seconds(20);
    Step power;
    power.kind = Step::Kind::power;
    power.control = "mains";
    power.duration = 5s;
    Step ready;
    ready.kind = Step::Kind::wait_ready;
    procedure.events["brew"].steps = {power, ready};
    procedure.events["brew"].confirm.clear();
    Condition rest;
    rest.control = "watts";
    rest.below = 30;
    rest.within = 60s;
    bench_file.ready = {rest};
    // It draws power for two seconds while it starts anew.
    scene.on_log = [this](const std::string& line) {
      if (line == "off 3") brewing_until = scene.clock.now().raw_ns + 2000 * ms;
    };
  }
  double seconds(const nlohmann::json& from, const nlohmann::json& to) {
    return static_cast<double>(to.get<std::int64_t>() - from.get<std::int64_t>()) * 1e-9;
  }
};

TEST_F(PowerRun, CutsTheMainsForAsLongAsAskedAndBreaksNoBlock) {
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "completed");
  EXPECT_THAT(result.trials, SizeIs(8));
  for (const Trial& trial : result.trials) EXPECT_EQ(trial.status, TrialStatus::ok) << trial.reason;
  const auto outcome = journal().at(1).body;
  const auto& step = outcome["steps"][0];
  EXPECT_EQ(step["power"], "mains");
  EXPECT_EQ(step["off_ns"], 5000 * ms);
  EXPECT_NEAR(seconds(step["on"]["before_write_raw_ns"], step["off"]["before_write_raw_ns"]), 5,
              0.1);
  EXPECT_EQ(outcome["act_raw_ns"], step["off"]["before_write_raw_ns"]);
  // It is waited for until it has started.
  EXPECT_GE(seconds(step["off"]["before_write_raw_ns"], outcome["steps"][1]["ready"]["end_raw_ns"]),
            2);
}

TEST_F(PowerRun, ItsShamTakesAsLong) {
  plan.slots = {plan.slots[2]};
  (void)go();
  const auto dummy = journal().at(1).body["steps"][0];
  EXPECT_EQ(dummy["power"], "dummy");
  EXPECT_NEAR(seconds(dummy["on"]["before_write_raw_ns"], dummy["off"]["before_write_raw_ns"]), 5,
              0.1);
  procedure.events["brew"].sham = "host";
  std::filesystem::remove(folder / "journal.jsonl");
  scene.log.clear();
  (void)go();
  EXPECT_THAT(scene.log, ::testing::Not(::testing::Contains("on 3")));
  const auto host = journal().at(1).body;
  EXPECT_GE(host["act_ns"].get<std::int64_t>() - host["start_ns"].get<std::int64_t>(), 5000 * ms);
}

TEST_F(PowerRun, AStopWhileTheyAreCutGivesThemBack) {
  scene.on_log = [this](const std::string& line) {
    if (line == "on 3") stop = 2;
  };
  EXPECT_EQ(go().outcome, "aborted");
  EXPECT_FALSE(scene.outputs[3]);
}

TEST_F(PowerRun, AnotherTrialDoesNotBeginBeforeTheMachineIsBack) {
  procedure.events["brew"].steps.pop_back();
  plan.slots = {plan.slots[0], plan.slots[1]};
  (void)go();
  const auto records = journal();
  const auto back = records[1].body["steps"][0]["off"]["before_write_raw_ns"].get<std::int64_t>();
  EXPECT_GE(records[2].at.raw_ns - back, 2000 * ms);
}

}  // namespace
}  // namespace brewproof
