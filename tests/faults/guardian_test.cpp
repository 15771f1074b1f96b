// R2 and R3 of the fault table: the guardian, the capture, or guardian and controller together are
// killed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>

#include "rig/evidence/journal.h"
#include "rig/evidence/trials_log.h"
#include "tests/faults/faulty_bench.h"

namespace brewproof::faults {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;

constexpr double ms = 1e6;

class GuardianFault : public FaultyBench {
 protected:
  // When the run noticed: its line `stop` follows the outputs' last read-back.
  static const Record* line_of(const JournalCheck& journal, const std::string& type,
                               const std::string& key) {
    for (const Record& record : journal.records)
      if (record.type == type && record.body.contains(key)) return &record;
    return nullptr;
  }

  void expect_inconclusive_rig_fault(const std::string& name, const std::string& reason) const {
    const auto journal = read_journal(path(name) + "/journal.jsonl");
    ASSERT_TRUE(journal);
    ASSERT_TRUE(journal->closed);
    EXPECT_EQ(journal->records.back().body["outcome"], "rig_fault");
    EXPECT_THAT(journal->records.back().body["reasons"].dump(), HasSubstr(reason));
    const auto trials = read_trials_log(path(name) + "/trials.jsonl");
    ASSERT_TRUE(trials);
    ASSERT_FALSE(trials->empty());
    EXPECT_EQ(trials->back().status, TrialStatus::excluded);
    const auto findings = nlohmann::json::parse(get_file(path(name) + "/findings.json"));
    EXPECT_EQ(findings["run"]["verdict"], "INCONCLUSIVE");
  }
};

TEST_F(GuardianFault, AGuardianThatIsKilledStopsTheRunAtOnce) {
  write_bench("2 s", "4 s");
  std::vector<double> noticed_ms;
  const int kills = how_often(3);
  for (int i = 0; i < kills; ++i) {
    const std::string name = "run" + std::to_string(i);
    Child child = run(name);
    const int guardian = guardian_of(child.pid(), 30s);
    ASSERT_GT(guardian, 0);
    ASSERT_TRUE(board.wait_closed(30s));
    std::this_thread::sleep_for(std::chrono::milliseconds(i * 37 % 100));
    const std::int64_t killed = now();
    ::kill(guardian, SIGKILL);
    ASSERT_TRUE(board.wait_all_open(10s));
    noticed_ms.push_back(static_cast<double>(board.changes().back().raw_ns - killed) / ms);
    EXPECT_LT(noticed_ms.back(), 1'500);  // 200 on a machine that is not busy; the press has 2 s
    const auto output = child.finish(60s);
    ASSERT_TRUE(output);
    EXPECT_EQ(output->exit.code, 3) << output->err;
    EXPECT_THAT(output->err, HasSubstr("the guardian ended"));
    expect_inconclusive_rig_fault(name, "guardian-lost");
    if (HasFailure()) FAIL() << "kill " << i;
  }
  fmt::print("R2  {} guardians killed in mid-press; noticed and all off after: {}\n", kills,
             figures(noticed_ms));
}

TEST_F(GuardianFault, AGuardianThatIsStoppedStopsTheRun) {
  write_bench("2 s", "4 s");
  Child child = run("run");
  const int guardian = guardian_of(child.pid(), 30s);
  ASSERT_GT(guardian, 0);
  ASSERT_TRUE(board.wait_closed(30s));
  ::kill(guardian, SIGSTOP);
  ASSERT_TRUE(board.wait_all_open(10s));
  const auto output = child.finish(60s);
  ASSERT_TRUE(output);
  EXPECT_EQ(output->exit.code, 3) << output->err;
  EXPECT_THAT(output->err, HasSubstr("does not listen"));
  expect_inconclusive_rig_fault("run", "guardian-lost");
}

TEST_F(GuardianFault, ACaptureThatIsKilledStopsTheRun) {
  if (::geteuid() != 0) GTEST_SKIP() << "capturing on lo needs CAP_NET_RAW";
  write_bench("100 ms", "2 s", "network: {capture: lo, sentinel: off}\n");
  std::vector<double> noticed_ms;
  const int kills = how_often(2);
  for (int i = 0; i < kills; ++i) {
    const std::string name = "run" + std::to_string(i);
    Child child = run(name);
    const int capture = child_named("brewproof-capture", child.pid(), 30s);
    ASSERT_GT(capture, 0);
    if (!board.wait_closed(30s)) FAIL() << "kill " << i << ": " << child.finish(60s)->err;
    std::this_thread::sleep_for(std::chrono::milliseconds(i * 37 % 100));
    const std::int64_t killed = now();
    ::kill(capture, SIGKILL);
    const auto output = child.finish(60s);
    ASSERT_TRUE(output);
    EXPECT_EQ(output->exit.code, 3) << output->err;
    EXPECT_TRUE(board.wait_all_open(5s));
    expect_inconclusive_rig_fault(name, "capture-gap");
    const auto journal = read_journal(path(name) + "/journal.jsonl");
    ASSERT_TRUE(journal);
    const Record* noticed = nullptr;
    for (const Record& record : journal->records)
      if (noticed == nullptr && record.at.raw_ns > killed && record.body.contains("fault") &&
          record.body["fault"] != "")
        noticed = &record;
    if (noticed == nullptr) noticed = line_of(*journal, "stop", "reason");
    ASSERT_NE(noticed, nullptr);
    noticed_ms.push_back(static_cast<double>(noticed->at.raw_ns - killed) / ms);
    EXPECT_LT(noticed_ms.back(), 2'000);
    if (HasFailure()) FAIL() << "kill " << i;
  }
  fmt::print("R2  {} captures killed; noticed after: {}\n", kills, figures(noticed_ms));
}

TEST_F(GuardianFault, WithBothKilledTheNextStartForcesSafeFirst) {
  write_bench("300 ms", "2 s");
  int left_closed = 0;
  const int kills = how_often(3);
  for (int i = 0; i < kills; ++i) {
    const std::string name = std::to_string(i);
    Child child = act("espresso", "killed" + name);
    const int guardian = guardian_of(child.pid(), 30s);
    ASSERT_GT(guardian, 0);
    ASSERT_TRUE(board.wait_closed(30s));
    ::kill(guardian, SIGKILL);
    child.signal(SIGKILL);
    ASSERT_TRUE(child.wait(10s));
    left_closed += board.wait_all_open(50ms) ? 0 : 1;
    board.forget();
    const auto next = act("latte", "next" + name).finish(60s);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->exit.code, 0) << next->err;
    EXPECT_TRUE(board.wait_all_open(5s));
    for (const Change& change : board.changes()) {
      if (change.closed) break;  // latte: from here on it is the next act
      EXPECT_EQ(change.channel, 1);
    }
    if (HasFailure()) FAIL() << "kill " << i;
  }
  EXPECT_GT(left_closed, 0) << "nothing was left to the next start";
  fmt::print("R3  {} times both killed: {} left a contact closed, and the next start opened it\n",
             kills, left_closed);
}

TEST_F(GuardianFault, SafeWorksBehindALockThatNobodyHoldsAnyMore) {
  write_bench("20 s", "25 s");
  Child child = act("espresso", "act");
  const int guardian = guardian_of(child.pid(), 30s);
  ASSERT_TRUE(board.wait_closed(30s));
  ::kill(guardian, SIGKILL);
  child.signal(SIGKILL);
  ASSERT_TRUE(child.wait(10s));
  const auto safe = controller({"safe", "--bench", path("bench.yaml")}).finish(30s);
  ASSERT_TRUE(safe);
  EXPECT_EQ(safe->exit.code, 0) << safe->err;
  EXPECT_THAT(safe->out, HasSubstr("panel/1  commanded off, board reports off"));
  EXPECT_TRUE(board.wait_all_open(5s));
}

TEST_F(GuardianFault, SignalsOfATerminalDoNotEndTheGuardian) {
  write_bench("3 s", "5 s");
  Child child = act("espresso", "act");
  const int guardian = guardian_of(child.pid(), 30s);
  ASSERT_TRUE(board.wait_closed(30s));
  for (const int number : {SIGINT, SIGHUP, SIGQUIT, SIGTSTP}) ::kill(guardian, number);
  EXPECT_NE(::getpgid(guardian), ::getpgid(child.pid()));
  const auto output = child.finish(60s);
  ASSERT_TRUE(output);
  EXPECT_EQ(output->exit.code, 0) << output->err;
  EXPECT_FALSE(log_line("act", "dismissed").is_null());
}

TEST_F(GuardianFault, AGuardianThatIsToldToEndActsFirst) {
  write_bench("20 s", "25 s");
  Child child = act("espresso", "act");
  const int guardian = guardian_of(child.pid(), 30s);
  ASSERT_TRUE(board.wait_closed(30s));
  ::kill(guardian, SIGTERM);
  EXPECT_TRUE(board.wait_all_open(10s));
  ASSERT_TRUE(wait_free(30s));
  EXPECT_EQ(child.wait(10s)->signal, SIGKILL);
  EXPECT_EQ(log_line("act", "fired")["why"], "the guardian was told to end");
  EXPECT_EQ(log_line("act", "done")["safe"], true);
}

TEST_F(GuardianFault, AGuardianOfAnotherBenchFileIsNeverReady) {
  ChildSettings settings;
  settings.program = std::string(BREWPROOF_BINARY_DIR) + "/brewproof-guardian";
  settings.arguments = {"--bench",  path("bench.yaml"),   "--controller", std::to_string(getpid()),
                        "--sha256", std::string(64, '0'), "--log",        path("guardian.log")};
  settings.pipe_stdin = settings.pipe_stdout = true;
  auto child = Child::start(settings);
  ASSERT_TRUE(child);
  const auto output = child->finish(30s);
  ASSERT_TRUE(output);
  EXPECT_EQ(output->exit.code, 2);
  EXPECT_THAT(output->out, HasSubstr("bench.yaml was changed just now"));
}

TEST_F(GuardianFault, WithGuardianOffNoneIsStarted) {
  write_bench("300 ms", "2 s", "guardian: off\n");
  Child child = act("espresso", "act");
  ASSERT_TRUE(board.wait_closed(30s));
  EXPECT_EQ(guardian_of(child.pid(), 1ms), -1);
  const auto output = child.finish(30s);
  ASSERT_TRUE(output);
  EXPECT_EQ(output->exit.code, 0) << output->err;
  EXPECT_THAT(get_file(path("act") + "/journal.jsonl"), HasSubstr("\"mark\":\"unguarded\""));
}

}  // namespace
}  // namespace brewproof::faults
