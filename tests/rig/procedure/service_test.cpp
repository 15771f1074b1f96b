#include "rig/procedure/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/procedure/scripted_run.h"

namespace brewproof {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// The loop's two blocks with a stop between them, for beans that a person refills. The person
// answers a minute after they were asked.
class ServiceTest : public ScriptedRun {
 protected:
  ServiceTest() {
    plan.stops = {{2, {{"beans", "refill", ""}}, {}}};
    attendant.emplace("Anna", [this] { return answers; });
    when_shown = [this](const Progress& p) {
      if (p.phase != Progress::Phase::service || p.what.empty()) return;
      asked.push_back(p.what);
      scene.note("asked");
      scene.clock.advance(std::chrono::minutes(1));
      if (answer) ++answers.count;
    };
    Condition rest;
    rest.control = "watts";
    rest.below = 30;
    rest.hold = std::chrono::milliseconds(20);
    rest.within = std::chrono::minutes(2);
    bench_file.ready = {rest};
  }
  // The journal's lines of stops, as "begin", "done by Anna", "intent conditioning espresso" ...
  std::vector<std::string> told() {
    std::vector<std::string> lines;
    for (const Record& record : journal()) {
      if (record.type == "service") {
        std::string line = text_of(record.body, "stage");
        if (const std::string by = text_of(record.body, "operator"); !by.empty())
          line += " by " + by;
        lines.push_back(line);
      } else if (const std::string action = text_of(record.body, "action"); !action.empty()) {
        lines.push_back(record.type + " " + action + " " + text_of(record.body, "control"));
      }
    }
    return lines;
  }
  // Where the run's first block ends and its second begins.
  std::pair<std::int64_t, std::int64_t> border(const LoopResult& result) {
    return {result.trials[3].end_ns, result.trials[4].start_ns};
  }

  std::vector<std::string> asked;
  bool answer = true;
};

TEST_F(ServiceTest, IsTakenBetweenItsBlocksAndSaysWhoDidWhatAndWhen) {
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "completed");
  ASSERT_THAT(result.trials, SizeIs(8));
  EXPECT_THAT(asked, ElementsAre("refill beans"));
  EXPECT_THAT(told(), ElementsAre("begin", "done by Anna", "end by Anna"));
  const auto [from, to] = border(result);
  for (const Record& record : journal())
    if (record.type == "service" && record.body["stage"] == "end") {
      // The longest window is over before it begins, and is waited out before the next block.
      EXPECT_GE(record.body["from_ns"].get<std::int64_t>(), from + 350 * ms);
      EXPECT_GE(
          record.body["to_ns"].get<std::int64_t>() - record.body["from_ns"].get<std::int64_t>(),
          60'350 * ms);
      EXPECT_LE(record.body["to_ns"].get<std::int64_t>(), to);
      EXPECT_EQ(record.body["tasks"][0]["consumable"], "beans");
    }
}

TEST_F(ServiceTest, TheOutputsAreOffBeforeAnybodyIsAsked) {
  (void)go();
  const auto asked_at = std::ranges::find(scene.log, "asked");
  ASSERT_NE(asked_at, scene.log.end());
  EXPECT_EQ(*std::prev(std::ranges::find(scene.log, "asked"), 2), "all off");  // then the session
}

TEST_F(ServiceTest, AControlDoesItWithoutAnybody) {
  plan.stops[0].tasks[0].by = "latte";
  attendant.reset();
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "completed");
  EXPECT_THAT(asked, IsEmpty());
  EXPECT_EQ(std::ranges::count(scene.log, "on 2"), 1);
  EXPECT_THAT(told(), ElementsAre("begin", "intent service latte", "outcome service latte", "end"));
}

TEST_F(ServiceTest, WithoutAnybodyTheRunDoesNotGoOn) {
  attendant.reset();
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "rig_fault");
  EXPECT_THAT(result.trials, SizeIs(4));
  EXPECT_THAT(result.fault->message, HasSubstr("before block 2 needs somebody to refill beans"));
}

TEST_F(ServiceTest, AConditioningCupIsBrewedAndCountsForNothing) {
  plan.stops[0].cups = {"espresso"};
  bench_file.limits.cups = 5;  // four of the plan, and this one
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "completed") << (result.fault ? result.fault->message : "");
  EXPECT_THAT(result.trials, SizeIs(8));
  EXPECT_EQ(std::ranges::count(scene.log, "on 1"), 2 + 1);
  EXPECT_THAT(told(), ElementsAre("begin", "done by Anna", "intent conditioning espresso",
                                  "outcome conditioning espresso", "end by Anna"));
}

TEST_F(ServiceTest, AMachineThatMakesNoConditioningCupIsLookedAtAgain) {
  plan.stops[0].cups = {"espresso"};
  scene.on_log = [this](const std::string& line) {
    const bool empty = ended.size() == 4 && asked.size() == 1;  // Anna forgot the beans
    if (line == "on 1" && !empty) brewing_until = scene.clock.now().raw_ns + 200 * ms;
  };
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "completed");
  EXPECT_THAT(asked,
              ElementsAre("refill beans", "the machine made no drink, look again: refill beans"));
}

TEST_F(ServiceTest, WithoutAnybodyToLookTheRunEndsAsTheRigsFault) {
  plan.stops = {{2, {{"beans", "refill", "latte"}}, {"espresso"}}};
  scene.on_log = [this](const std::string& line) {
    if (line == "on 1" && ended.size() != 4) brewing_until = scene.clock.now().raw_ns + 200 * ms;
  };
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "rig_fault");
  EXPECT_THAT(result.fault->message,
              HasSubstr("(refill beans (by latte), then espresso for no score) the machine made no "
                        "drink"));
}

TEST_F(ServiceTest, AStopRequestEndsTheWaitForAPerson) {
  answer = false;
  when_shown = [this](const Progress& p) {
    if (p.phase == Progress::Phase::service && !p.what.empty()) stop = 1;
  };
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "aborted");
  EXPECT_THAT(result.trials, SizeIs(4));
  EXPECT_THAT(told(), ElementsAre("begin"));
}

TEST_F(ServiceTest, AStopThatARunWasCutInIsTakenAgainButForItsCup) {
  plan.stops[0].cups = {"espresso"};
  const LoopResult before = go();
  std::filesystem::remove(folder / "journal.jsonl");
  scene.log.clear();
  asked.clear();
  ended.clear();
  resumed.emplace();
  resumed->trials.assign(before.trials.begin(), before.trials.begin() + 4);
  resumed->served[2].cups = {"espresso"};
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "completed");
  EXPECT_THAT(ended, SizeIs(4));
  EXPECT_THAT(asked, ElementsAre("refill beans"));
  EXPECT_EQ(std::ranges::count(scene.log, "on 1"), 1);  // the block's own
}

TEST_F(ServiceTest, AStopThatIsOverIsNotTakenAgain) {
  const LoopResult before = go();
  std::filesystem::remove(folder / "journal.jsonl");
  asked.clear();
  resumed.emplace();
  resumed->trials.assign(before.trials.begin(), before.trials.begin() + 4);
  resumed->served[2].ended = true;
  EXPECT_EQ(go().outcome, "completed");
  EXPECT_THAT(asked, IsEmpty());
}

TEST_F(ServiceTest, ABlockThatIsDoneAgainBeginsWithEverythingPutRight) {
  bench_file.consumables = {{"beans", 40, {{"espresso", 1}}, "refill", "", "", {}, ""},
                            {"drawer", 40, {{"espresso", 1}}, "clean", "", "", {}, ""}};
  plan.stops.clear();
  const LoopResult before = go();
  std::filesystem::remove(folder / "journal.jsonl");
  EXPECT_THAT(asked, IsEmpty());
  resumed.emplace();
  resumed->trials.assign(before.trials.begin(), before.trials.begin() + 4);
  resumed->again = {2};
  EXPECT_EQ(go().outcome, "completed");
  EXPECT_THAT(asked, ElementsAre("refill beans and clean drawer"));
}

}  // namespace
}  // namespace brewproof
