// A run that was killed goes on in its folder: nothing is lost, nothing is done twice.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <set>
#include <thread>

#include "rig/evidence/bench_log.h"
#include "rig/evidence/journal.h"
#include "tests/rig/command/small_bench.h"

namespace brewproof {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ResumedRun : public SmallBench {
 protected:
  std::vector<Record> journal() const {
    const auto check = read_journal((place / "r/journal.jsonl").string());
    return check ? check->records : std::vector<Record>();
  }
  // Trials begun, and those of them that have an outcome, as the journal says now.
  std::pair<std::vector<int>, std::set<int>> begun() const {
    std::pair<std::vector<int>, std::set<int>> found;
    for (const Record& record : journal()) {
      if (!record.body.contains("trial")) continue;
      const int trial = record.body["trial"];
      if (record.type == "intent") found.first.push_back(trial);
      if (record.type == "outcome") found.second.insert(trial);
    }
    return found;
  }

  // Kills the controller when `trial` is begun and its outcome is not known.
  void kill_in(int trial) {
    ChildSettings settings;
    settings.program = std::string(BREWPROOF_BINARY_DIR) + "/brewproof";
    settings.arguments = run_words({"--seed", "7"});
    settings.working_folder = place.string();
    settings.pipe_stdout = settings.pipe_stderr = true;
    auto child = Child::start(settings);
    ASSERT_TRUE(child) << child.error().message;
    while (child->running()) {
      const auto [intents, outcomes] = begun();
      if (!intents.empty() && intents.back() >= trial && !outcomes.contains(intents.back())) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    child->signal(SIGKILL);
    (void)child->wait(std::chrono::seconds(60));
  }
};

TEST_F(ResumedRun, NeverRepeatsWhatIsInDoubtAndEndsComplete) {
  kill_in(3);
  const auto [before, known] = begun();
  ASSERT_FALSE(before.empty());
  const int in_doubt = before.back();
  ASSERT_FALSE(known.contains(in_doubt));

  const auto resumed = run(run_words({"--resume"}));
  EXPECT_THAT(resumed.out, HasSubstr("trial " + std::to_string(in_doubt) + " was begun"))
      << resumed.err;
  const auto [after, outcomes] = begun();
  EXPECT_EQ(std::set<int>(after.begin(), after.end()).size(), after.size());  // none twice
  EXPECT_FALSE(outcomes.contains(in_doubt));

  const json findings = json_of("r/findings.json");
  EXPECT_EQ(findings["run"]["outcome"], "completed");
  std::map<std::string, int> excluded;
  for (const json& exclusion : findings["exclusions"])
    excluded[exclusion["reason"]] += exclusion["trials"].get<int>();
  EXPECT_EQ(excluded["cut-off"], in_doubt);  // all that was begun of the first block
  std::set<int> blocks;
  for (const Record& record : journal())
    if (record.type == "intent" && record.body.contains("block"))
      blocks.insert(record.body["block"].get<int>());
  EXPECT_THAT(blocks, ElementsAre(1, 2, 3));  // 3 is the reserve

  const auto verified = run({"verify", "r"});
  EXPECT_EQ(verified.exit.code, 0) << verified.out;
  EXPECT_THAT(verified.out, HasSubstr("completed, resumed 1 times"));
}

TEST_F(ResumedRun, RewritesNoLineOfTheJournal) {
  kill_in(2);
  std::string before = text_of((place / "r/journal.jsonl").string());
  before.resize(before.rfind('\n') + 1);
  (void)run(run_words({"--resume"}));
  EXPECT_THAT(text_of((place / "r/journal.jsonl").string()), ::testing::StartsWith(before));
  std::vector<std::string> ends;
  for (const Record& record : journal())
    if (record.type == "end") ends.push_back(record.body["outcome"]);
  EXPECT_THAT(ends, ElementsAre("partial", "completed"));
}

TEST_F(ResumedRun, IsOneRunInTheBenchesLog) {
  kill_in(2);
  (void)run(run_words({"--resume"}));
  const auto log = read_bench_log((place / "small.bench.log").string());
  ASSERT_EQ(log->work.size(), 1u);
  EXPECT_EQ(log->work[0].outcome, "completed");
  EXPECT_EQ(json_of("r/findings.json")["run"]["history"]["of"], 1);
}

TEST_F(ResumedRun, WithAnotherBenchOrProcedureIsRefused) {
  kill_in(2);
  write("small.bench.yaml", bench_text("safe: {panel: all off}\n"));
  const auto other_bench = run(run_words({"--resume"}));
  EXPECT_EQ(other_bench.exit.code, 2);
  EXPECT_THAT(other_bench.err, HasSubstr("small.bench.yaml is not the file that this run began"));
  write("small.bench.yaml", bench_text());
  write("presses.procedure.yaml", procedure_text() + "#\n");
  const auto other_procedure = run(run_words({"--resume"}));
  EXPECT_EQ(other_procedure.exit.code, 2);
  EXPECT_THAT(other_procedure.err, HasSubstr("presses.procedure.yaml is not the file"));
}

TEST_F(ResumedRun, ThatIsCompleteIsRefused) {
  (void)run(run_words({"--seed", "7"}));
  const auto refused = run(run_words({"--resume"}));
  EXPECT_EQ(refused.exit.code, 2) << refused.out;
  EXPECT_THAT(refused.err, HasSubstr("this run is complete"));
}

TEST_F(ResumedRun, KeepsItsTrialsWhereTheBenchDoesNotOpenAgain) {
  kill_in(4);
  const std::string before = text_of((place / "r/trials.jsonl").string());
  unplug_panel();
  EXPECT_EQ(run(run_words({"--resume"})).exit.code, 3);
  const std::string after = text_of((place / "r/trials.jsonl").string());
  EXPECT_GE(std::count(after.begin(), after.end(), '\n'),
            std::count(before.begin(), before.end(), '\n'));
  panel_.emplace(board("panel"));
  (void)run(run_words({"--resume"}));
  EXPECT_EQ(json_of("r/findings.json")["run"]["outcome"], "completed");
}

TEST_F(ResumedRun, DoesABlockAgainWithoutReserveWhereItsEventIsRepeatable) {
  std::string text = procedure_text(", repeatable: true");
  text.replace(text.find("reserve: 1"), 10, "reserve: 0");
  write("presses.procedure.yaml", text);
  kill_in(3);
  (void)run(run_words({"--resume"}));
  const json findings = json_of("r/findings.json");
  EXPECT_EQ(findings["run"]["outcome"], "completed");
  EXPECT_THAT(findings["exclusions"], IsEmpty());
  EXPECT_EQ(run({"verify", "r"}).exit.code, 0);
}

TEST_F(ResumedRun, ThatStillRunsIsRefused) {
  ChildSettings settings;
  settings.program = std::string(BREWPROOF_BINARY_DIR) + "/brewproof";
  settings.arguments = run_words({"--seed", "7"});
  settings.working_folder = place.string();
  settings.pipe_stdout = settings.pipe_stderr = true;
  auto child = Child::start(settings);
  while (child->running() && begun().first.empty())
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const auto refused = run(run_words({"--resume"}));
  EXPECT_EQ(refused.exit.code, 3) << refused.out << refused.err;
  child->signal(SIGTERM);
  (void)child->finish(std::chrono::seconds(60));
}

}  // namespace
}  // namespace brewproof
