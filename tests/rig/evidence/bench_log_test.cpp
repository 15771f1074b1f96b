#include "rig/evidence/bench_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "rig/evidence/run_folder.h"
#include "tests/rig/evidence/temporary_folder.h"

namespace brewproof {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

class ABenchLog : public testing::Test {
 protected:
  BenchLog open() {
    auto log = BenchLog::open(path, clock);
    if (!log) throw std::runtime_error(log.error().message);
    return std::move(*log);
  }
  void one_run(const std::string& id, const std::string& outcome, const std::string& verdict = "",
               const std::string& procedure = "sales", const std::string& machine = "K95 1") {
    BenchLog log = open();
    ASSERT_TRUE(log.begin("run", id, {{"procedure", procedure}, {"machine", machine}}));
    ASSERT_TRUE(log.end(outcome, json::object()));
    ASSERT_TRUE(log.verdict(verdict, json::object()));
  }
  std::vector<std::string> types() const {
    std::vector<std::string> found;
    const auto check = read_journal(path);
    for (const Record& record : check->records) found.push_back(record.type);
    return found;
  }

  TemporaryFolder folder;
  std::string path = folder.file("kiosk.bench.log");
  VirtualClock clock;
};

TEST_F(ABenchLog, StandsBesideItsBenchFile) {
  EXPECT_EQ(bench_log_path("/lab/kiosk.bench.yaml"), "/lab/kiosk.bench.log");
  EXPECT_EQ(bench_log_path("/lab/kiosk.yml"), "/lab/kiosk.bench.log");
  EXPECT_EQ(bench_log_path("/lab/kiosk"), "/lab/kiosk.bench.log");
}

TEST_F(ABenchLog, IsOneAlsoWhereItsBenchFileIsReachedThroughALink) {
  put_file(folder.file("a.bench.yaml"), "x");
  std::filesystem::create_symlink(folder.file("a.bench.yaml"), folder.file("b.bench.yaml"));
  EXPECT_EQ(bench_log_path(folder.file("b.bench.yaml")),
            bench_log_path(folder.file("a.bench.yaml")));
}

TEST_F(ABenchLog, ThatIsNotThereIsEmpty) {
  const auto check = read_bench_log(path);
  ASSERT_TRUE(check);
  EXPECT_EQ(check->fault, "");
  EXPECT_TRUE(check->work.empty());
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(ABenchLog, HasABeginLineOnDiskBeforeTheWorkEnds) {
  BenchLog log = open();
  ASSERT_TRUE(log.begin("act", "a1", {{"control", "espresso"}}));
  const auto check = read_bench_log(path);
  ASSERT_EQ(check->work.size(), 1u);
  EXPECT_EQ(check->work[0].kind, "act");
  EXPECT_EQ(check->work[0].outcome, "");
  EXPECT_EQ(check->work[0].begin["control"], "espresso");
}

TEST_F(ABenchLog, GoesOnBehindWhatStandsThere) {
  one_run("r1", "completed");
  const std::string before = get_file(path);
  one_run("r2", "aborted");
  EXPECT_THAT(get_file(path), testing::StartsWith(before));
  EXPECT_EQ(read_bench_log(path)->fault, "");
  EXPECT_THAT(types(), ElementsAre("begin", "end", "verdict", "begin", "end", "verdict"));
}

TEST_F(ABenchLog, ClosesWhatWasCutOffAsPartialAtTheNextStart) {
  // As a kill leaves it: a begin, nothing after it.
  {
    auto journal = Journal::create(path, clock);
    ASSERT_TRUE(journal->append("begin", {{"kind", "run"}, {"id", "r1"}}, Journal::Sync::yes));
  }
  one_run("r2", "completed");
  const auto check = read_bench_log(path);
  EXPECT_EQ(check->work[0].outcome, "partial");
  EXPECT_EQ(check->work[1].outcome, "completed");
  EXPECT_THAT(types(), ElementsAre("begin", "end", "begin", "end", "verdict"));
}

TEST_F(ABenchLog, EndsWorkThatSaidNothingOfItsEndAsAFaultOfTheRig) {
  {
    BenchLog log = open();
    ASSERT_TRUE(log.begin("run", "r1", json::object()));
  }
  EXPECT_EQ(read_bench_log(path)->work[0].outcome, "rig_fault");
}

TEST_F(ABenchLog, CutsATornLastPieceOffAndGoesOn) {
  one_run("r1", "completed");
  const std::string whole = get_file(path);
  put_file(path, whole + R"({"id":"r2","kind":)");
  one_run("r2", "completed");
  EXPECT_THAT(get_file(path), testing::StartsWith(whole));
  EXPECT_EQ(read_bench_log(path)->work.size(), 2u);
  EXPECT_EQ(read_bench_log(path)->fault, "");
}

TEST_F(ABenchLog, ThatWasChangedIsNotWrittenOn) {
  one_run("r1", "aborted");
  std::string text = get_file(path);
  text.replace(text.find("aborted"), 7, "covered");
  put_file(path, text);
  const auto log = BenchLog::open(path, clock);
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, ErrorCode::bad_file);
  EXPECT_THAT(log.error().message, HasSubstr("line 2"));
  EXPECT_EQ(get_file(path), text);
  EXPECT_THAT(read_bench_log(path)->fault, HasSubstr("does not match its own sum"));
}

TEST_F(ABenchLog, MissesALineThatWasTakenOut) {
  one_run("r1", "aborted");
  one_run("r2", "completed");
  const std::string text = get_file(path);
  const std::size_t second = text.find('\n') + 1;
  put_file(path, text.substr(0, second) + text.substr(text.find('\n', second) + 1));
  EXPECT_THAT(read_bench_log(path)->fault, HasSubstr("line 2"));
}

TEST_F(ABenchLog, IsWrittenByOneAtATime) {
  one_run("r1", "completed");
  BenchLog mine = open();
  const std::string before = get_file(path);
  const auto theirs = BenchLog::open(path, clock);
  ASSERT_FALSE(theirs);
  EXPECT_EQ(theirs.error().code, ErrorCode::host);
  EXPECT_THAT(theirs.error().message, HasSubstr("another brewproof"));
  EXPECT_EQ(get_file(path), before);
}

TEST_F(ABenchLog, CountsTheRunsOfOneProcedureOnOneMachine) {
  one_run("r1", "completed");
  one_run("r2", "completed", "INCONCLUSIVE");
  one_run("other procedure", "completed", "", "cleaning");
  one_run("other machine", "completed", "", "sales", "K95 2");
  one_run("r3", "aborted");
  const auto work = read_bench_log(path)->work;
  EXPECT_EQ(runs_of(work, "sales", "K95 1"), 3);
  const RunHistory history = history_of(work, "r3");
  EXPECT_EQ(history.number, 3);
  EXPECT_EQ(history.of, 3);
  EXPECT_EQ(history.became, (std::map<std::string, int>{{"completed", 1}, {"inconclusive", 1}}));
  ASSERT_EQ(history.others.size(), 2u);
  EXPECT_EQ(history.others[1].id, "r2");
  EXPECT_EQ(history.others[1].number, 2);
  EXPECT_EQ(read_history(history_json(history)), history);
}

TEST_F(ABenchLog, ARunThatWasResumedIsStillOneRun) {
  one_run("r1", "partial");
  one_run("r2", "completed");
  BenchLog log = open();
  ASSERT_TRUE(log.begin("run", "r1", {{"resumed", true}}));
  EXPECT_EQ(log.work()[0].outcome, "");
  ASSERT_TRUE(log.end("completed", json::object()));
  EXPECT_EQ(log.work().size(), 2u);
  EXPECT_EQ(log.work()[0].outcome, "completed");
  EXPECT_EQ(history_of(log.work(), "r1").number, 1);
  EXPECT_EQ(history_of(log.work(), "r1").of, 2);
}

TEST_F(ABenchLog, CountsAllButListsTheNewestFifty) {
  for (int i = 1; i <= 53; ++i) one_run("r" + std::to_string(i), "completed");
  const RunHistory history = history_of(read_bench_log(path)->work, "r53");
  EXPECT_EQ(history.number, 53);
  EXPECT_EQ(history.became.at("completed"), 52);
  ASSERT_EQ(history.others.size(), 50u);
  EXPECT_EQ(history.others.front().number, 3);
}

}  // namespace
}  // namespace brewproof
