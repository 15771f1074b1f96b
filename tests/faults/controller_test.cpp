// R1 and R4 of the fault table: the controller is killed, stopped or stands still.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>

#include "rig/evidence/guardian_log.h"
#include "rig/evidence/journal.h"
#include "tests/faults/faulty_bench.h"

namespace brewproof::faults {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr double ms = 1e6;

class ControllerFault : public FaultyBench {};

TEST_F(ControllerFault, KilledAtAnyMomentLeavesNoContactClosedAndLosesNothing) {
  std::mt19937 dice = fault_dice(20261);
  // From before its first line to the middle of its trials.
  std::uniform_int_distribution<int> moment_us(0, 2'500'000);
  std::vector<double> all_off_ms;
  const int kills = how_often(20);
  for (int i = 0; i < kills; ++i) {
    board.forget();
    const std::string name = "run" + std::to_string(i);
    Child child = run(name);
    std::this_thread::sleep_for(std::chrono::microseconds(moment_us(dice)));
    const std::int64_t killed = now();
    child.signal(SIGKILL);
    ASSERT_TRUE(child.wait(10s));
    ASSERT_TRUE(wait_free(30s)) << "kill " << i << ": the guardian does not end";
    ASSERT_TRUE(board.wait_all_open(5s)) << "kill " << i << ": a contact is closed";
    const auto changes = board.changes();
    if (!changes.empty() && changes.back().raw_ns > killed)
      all_off_ms.push_back(static_cast<double>(changes.back().raw_ns - killed) / ms);
    expect_nothing_lost(name, changes);
    if (HasFailure()) FAIL() << "kill " << i;
    std::filesystem::remove_all(path(name));
  }
  fmt::print("R1  {} kills, 0 left on, 0 lost; all off after a kill in mid-press: {}\n", kills,
             figures(all_off_ms));
}

TEST_F(ControllerFault, TheFolderOfAKilledRunIsPartialAndNamesTheGuardian) {
  Child child = run("run");
  ASSERT_TRUE(board.wait_closed(30s));
  child.signal(SIGKILL);
  ASSERT_TRUE(wait_free(30s));
  const auto account = read_guardian_log(path("run") + "/guardian.log");
  ASSERT_TRUE(account && *account);
  EXPECT_TRUE((*account)->fired);
  EXPECT_TRUE((*account)->safe);
  const auto verified = controller({"verify", path("run")}).finish(60s);
  ASSERT_TRUE(verified);
  EXPECT_EQ(verified->exit.code, 0) << verified->out;
  EXPECT_THAT(verified->out, HasSubstr("guardian.log: \"the controller ended\": it made every"));
  EXPECT_THAT(verified->out, HasSubstr("it is partial"));
  const auto analyzed = controller({"analyze", path("run")}).finish(60s);
  ASSERT_TRUE(analyzed);
  const auto report = controller({"report", path("run")}).finish(60s);
  ASSERT_TRUE(report);
  EXPECT_THAT(report->out, HasSubstr("the guardian had to make")) << analyzed->err << report->err;
}

TEST_F(ControllerFault, AStoppedControllerIsFoundByItsSilence) {
  write_bench("20 s", "25 s");
  std::vector<double> tripped_ms, all_off_ms;
  const int stops = how_often(3);
  for (int i = 0; i < stops; ++i) {
    const std::string name = "act" + std::to_string(i);
    Child child = act("espresso", name);
    ASSERT_TRUE(board.wait_closed(30s));
    std::this_thread::sleep_for(std::chrono::milliseconds(i * 37 % 100));
    const std::int64_t stopped = now();
    child.signal(SIGSTOP);
    ASSERT_TRUE(board.wait_all_open(10s)) << "the guardian does not act";
    all_off_ms.push_back(static_cast<double>(board.changes().back().raw_ns - stopped) / ms);
    ASSERT_TRUE(wait_free(30s));
    const auto ended = child.wait(10s);
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->signal, SIGKILL);
    const auto fired = log_line(name, "fired");
    ASSERT_TRUE(fired.is_object());
    EXPECT_EQ(fired["why"], "the controller's heartbeat stopped");
    tripped_ms.push_back(static_cast<double>(fired["raw_ns"].get<std::int64_t>() - stopped) / ms);
    EXPECT_LT(tripped_ms.back(), 2'000);  // 500 on a machine that is not busy
  }
  fmt::print("R4  {} stops; heartbeat tripped after: {}; all off after: {}\n", stops,
             figures(tripped_ms), figures(all_off_ms));
}

// Stops one thread of a child of ours, as a deadlock does: the others go on.
class Frozen {
 public:
  explicit Frozen(int thread) : thread_(thread) {
    EXPECT_EQ(::ptrace(PTRACE_SEIZE, thread_, nullptr, nullptr), 0) << std::strerror(errno);
    EXPECT_EQ(::ptrace(PTRACE_INTERRUPT, thread_, nullptr, nullptr), 0) << std::strerror(errno);
    int status = 0;
    EXPECT_EQ(::waitpid(thread_, &status, __WALL), thread_);
    EXPECT_TRUE(WIFSTOPPED(status));
  }

 private:
  int thread_;
};

TEST_F(ControllerFault, ADeadlockWithAContactClosedIsFoundWhenMaxOnIsOver) {
  write_bench("1 s", "1200 ms");
  Child child = act("espresso", "act");
  ASSERT_TRUE(board.wait_closed(30s));
  const std::int64_t closed = board.changes().back().raw_ns;
  const Frozen deadlock(child.pid());
  ASSERT_TRUE(board.wait_all_open(20s)) << "a deadlocked controller keeps its contact closed";
  const double open_ms = static_cast<double>(board.changes().back().raw_ns - closed) / ms;
  EXPECT_GT(open_ms, 1'200);
  EXPECT_LT(open_ms, 10'000);  // max_on, 500 ms for the read-back, 400 ms of silence: 2.2 s
  ASSERT_TRUE(wait_free(30s));
  EXPECT_EQ(log_line("act", "fired")["why"], "the controller's heartbeat stopped");
}

TEST_F(ControllerFault, AnEmergencyStopThatADeadlockDoesNotAnswerIsCutByTheGuardian) {
  write_bench("20 s", "25 s");
  Child child = act("espresso", "act");
  ASSERT_TRUE(board.wait_closed(30s));
  const Frozen deadlock(child.pid());
  child.signal(SIGUSR1);
  ASSERT_TRUE(board.wait_all_open(10s));
  ASSERT_TRUE(wait_free(40s));
  EXPECT_EQ(log_line("act", "fired")["end"], "emergency");
}

TEST_F(ControllerFault, ControlZWithAContactClosedIsRefusedAndTheActEndsAsPlanned) {
  write_bench("3 s", "5 s");
  Child child = act("espresso", "act");
  ASSERT_TRUE(board.wait_closed(30s));
  child.signal(SIGTSTP);
  const auto output = child.finish(30s);
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(output->exit.code, 0) << output->err;
  EXPECT_THAT(output->err, ::testing::HasSubstr("not stopped: a stopped controller is a lost one"));
  EXPECT_TRUE(log_line("act", "fired").is_null());
  EXPECT_FALSE(log_line("act", "dismissed").is_null());
}

TEST_F(ControllerFault, TheEmergencyStopOpensTheContactAndIsExitCode5) {
  write_bench("20 s", "25 s");
  Child child = act("espresso", "act");
  ASSERT_TRUE(board.wait_closed(30s));
  const std::int64_t asked = now();
  child.signal(SIGUSR1);
  ASSERT_TRUE(board.wait_all_open(10s));
  EXPECT_LT(static_cast<double>(board.changes().back().raw_ns - asked) / ms, 3'000);
  const auto output = child.finish(30s);
  ASSERT_TRUE(output);
  EXPECT_EQ(output->exit.code, 5) << output->err;
  EXPECT_THAT(output->err, HasSubstr("emergency stop"));
  EXPECT_TRUE(log_line("act", "fired").is_null());
  EXPECT_FALSE(log_line("act", "dismissed").is_null());
}

TEST_F(ControllerFault, AnEmergencyStopEndsARunAndSaysSo) {
  Child child = run("run");
  ASSERT_TRUE(board.wait_closed(30s));
  child.signal(SIGUSR1);
  const auto output = child.finish(60s);
  ASSERT_TRUE(output);
  EXPECT_EQ(output->exit.code, 5) << output->err;
  EXPECT_TRUE(board.wait_all_open(5s));
  const auto journal = read_journal(path("run") + "/journal.jsonl");
  ASSERT_TRUE(journal);
  EXPECT_TRUE(journal->closed);
  EXPECT_EQ(journal->records.back().body["outcome"], "aborted");
  EXPECT_EQ(journal->records.back().body["reasons"][0], "emergency-stop");
}

TEST_F(ControllerFault, ASecondControllerIsToldWhoHasTheBench) {
  write_bench("20 s", "25 s");
  Child child = act("espresso", "first");
  ASSERT_TRUE(board.wait_closed(30s));
  for (Child& second : std::array{act("latte", "second"), run("third"),
                                  controller({"safe", "--bench", path("bench.yaml")})}) {
    const auto output = second.finish(30s);
    ASSERT_TRUE(output);
    EXPECT_EQ(output->exit.code, 3);
    EXPECT_THAT(output->err,
                HasSubstr(fmt::format("brewproof act espresso (process {}, user ", child.pid())));
  }
  EXPECT_FALSE(std::filesystem::exists(path("second")));
  child.signal(SIGINT);
  const auto output = child.finish(30s);
  ASSERT_TRUE(output);
  EXPECT_EQ(output->exit.code, 130) << output->err;
  EXPECT_TRUE(board.wait_all_open(5s));
}

}  // namespace
}  // namespace brewproof::faults
