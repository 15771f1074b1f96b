// R8 and R10 of the fault table: the board vanishes in mid-action and comes back under another
// name; a relay sticks, a read-back is wrong, or all is well and nothing happened.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "rig/evidence/journal.h"
#include "rig/evidence/trials_log.h"
#include "tests/faults/faulty_bench.h"

namespace brewproof::faults {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class BoardFault : public FaultyBench {};

// The board keeps its contacts, as one with a supply of its own does.
TEST_F(BoardFault, UnpluggedInMidActionNothingIsRepeatedAndAllIsOffOnceItIsBack) {
  write_bench("100 ms", "2 s");
  std::vector<double> stopped_ms;
  const int times = how_often(6);
  for (int i = 0; i < times; ++i) {
    // The commands of a run: all off and two read-backs, then four a press.
    const int command = 4 + i % 24;
    SimulatedBoard away(path("panel"), {fmt::format("vanish:250@{}", command)});
    const std::string name = "run" + std::to_string(i);
    const auto output = run(name).finish(60s);
    ASSERT_TRUE(output);
    ASSERT_TRUE(wait_free(30s));
    EXPECT_EQ(output->exit.code, 3) << output->err;
    EXPECT_TRUE(away.wait_all_open(5s)) << output->err;
    expect_nothing_lost(name, away.changes());
    const auto journal = read_journal(path(name) + "/journal.jsonl");
    ASSERT_TRUE(journal);
    EXPECT_TRUE(journal->closed);
    EXPECT_EQ(journal->records.back().body["outcome"], "rig_fault");
    if (HasFailure()) FAIL() << "unplugged in command " << command << "\n" << output->err;
    std::filesystem::remove_all(path(name));
  }
  fmt::print(
      "R8  {} times unplugged in mid-action and back under another name: 0 repeated, 0 left "
      "on\n",
      times);
}

TEST_F(BoardFault, AStuckRelayStopsTheRunAndTheReadBackIsNamed) {
  SimulatedBoard stuck(path("panel"), {"stuck:1"});
  const auto output = act("espresso", "stuck").finish(60s);
  ASSERT_TRUE(output);
  EXPECT_EQ(output->exit.code, 5);
  EXPECT_THAT(output->err, HasSubstr("panel/1 was commanded on and the board reports off"));
  EXPECT_TRUE(stuck.changes().empty());
}

TEST_F(BoardFault, AStuckRelayIsARigFaultOfTheRun) {
  SimulatedBoard stuck(path("panel"), {"stuck:1"});
  const std::int64_t began = now();
  const auto output = run("run").finish(60s);
  ASSERT_TRUE(output);
  EXPECT_EQ(output->exit.code, 5) << output->err;
  const auto journal = read_journal(path("run") + "/journal.jsonl");
  ASSERT_TRUE(journal);
  std::int64_t commanded = 0, told = 0;
  for (const Record& record : journal->records) {
    if (record.type == "intent") commanded = record.at.raw_ns;
    if (told == 0 && record.type == "outcome" && !record.body.value("fault", "").empty())
      told = record.at.raw_ns;
  }
  ASSERT_GT(commanded, began);
  ASSERT_GT(told, commanded) << output->err;
  fmt::print("R10 a stuck relay is told of {:.1f} ms after the intent\n",
             static_cast<double>(told - commanded) / 1e6);
  const auto findings = nlohmann::json::parse(get_file(path("run") + "/findings.json"));
  EXPECT_EQ(findings["run"]["outcome"], "rig_fault");
  EXPECT_EQ(findings["run"]["verdict"], "INCONCLUSIVE");
}

// The read-back is a latch: only a sensor knows that nothing happened.
TEST_F(BoardFault, AContactThatDoesNotMoveIsReportedOnAndNeverConfirmed) {
  SimulatedBoard inert(path("panel"), {"inert:1", "inert:2"});
  write_bench("20 ms", "2 s", "  machine: {input: machine/1}\n");
  std::string procedure = get_file(path("procedure.yaml"));
  procedure.replace(procedure.find("    sham: none"), 0,
                    "    confirm: {machine: {is: on, within: 150 ms}}\n");
  put_file(path("procedure.yaml"), procedure);
  put_file(path("machine"), "off\n");
  std::string bench = get_file(path("bench.yaml"));
  bench.insert(bench.find("controls:"),
               fmt::format("  machine: {{driver: program, read: [cat, {}]}}\n", path("machine")));
  put_file(path("bench.yaml"), bench);
  const auto output = run("run").finish(60s);
  ASSERT_TRUE(output);
  EXPECT_EQ(output->exit.code, 4) << output->err;
  EXPECT_THAT(output->err, HasSubstr("commanded and reported by the board, but not confirmed"));
  EXPECT_TRUE(inert.changes().empty());
  const auto trials = read_trials_log(path("run") + "/trials.jsonl");
  ASSERT_TRUE(trials) << trials.error().message;
  for (const Trial& trial : *trials)
    if (!trial.sham) {
      EXPECT_EQ(trial.status, TrialStatus::unconfirmed);
    }
  const auto findings = nlohmann::json::parse(get_file(path("run") + "/findings.json"));
  EXPECT_EQ(findings["run"]["verdict"], "INCONCLUSIVE");
  EXPECT_THAT(findings["run"]["reasons"].dump(), HasSubstr("unconfirmed"));
  EXPECT_TRUE(findings["findings"].empty());
}

}  // namespace
}  // namespace brewproof::faults
