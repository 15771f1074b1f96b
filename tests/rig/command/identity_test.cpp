#include "rig/command/analysis/identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rig/model/terminal_flow.h"

namespace brewproof {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t s = 1'000'000'000;

/// Three trials of 10 s, from 100 s on; the machine tells a server when it has started.
class Restarts : public testing::Test {
 protected:
  Restarts() {
    for (int number = 1; number <= 3; ++number) {
      Trial trial;
      trial.trial = number;
      trial.start_ns = (90 + 10 * number) * s;
      trial.end_ns = trial.start_ns + 8 * s;
      source.trials.push_back(trial);
    }
    source.boot_messages = {"POST /v1/devices"};
  }
  void start_at(std::int64_t time_ns, std::uint64_t flow = 1) {
    Message message;
    message.time_ns = time_ns;
    message.from_dut = true;
    message.flow = flow;
    message.peer.name = "api.kiosk.example";
    message.message = "POST /v1/devices";
    input.messages.emplace_back(message);
  }
  void outcome(int trial, const nlohmann::json& step) {
    source.journal.push_back({0, "outcome", {}, {{"trial", trial}, {"steps", {step}}}});
  }
  FindingsRun told() {
    FindingsRun run;
    tell_identity(source, input, run);
    return run;
  }

  AnalysisSource source;
  ProofInput input;
};

TEST_F(Restarts, AreBootMessagesFromTheFirstTrialToTheLast) {
  for (const std::int64_t at : {99, 104, 119, 129}) start_at(at * s);
  EXPECT_THAT(told().restarts, ElementsAre(testing::Field(&MachineRestart::time_ns, 104 * s),
                                           testing::Field(&MachineRestart::time_ns, 119 * s)));
  ASSERT_EQ(told().identity_probes.size(), 1u);
  EXPECT_EQ(told().identity_probes[0].times, 4);
}

// After its power is back a machine may take until the next trial to say so.
TEST_F(Restarts, AreTheActsOwnWhereItCutTheMains) {
  outcome(1, {{"press", "espresso"}});
  outcome(2, {{"power", "mains"}, {"off_ns", 5 * s}});
  for (const std::int64_t at : {104, 112, 119, 121}) start_at(at * s);
  EXPECT_THAT(told().restarts, ElementsAre(testing::Field(&MachineRestart::time_ns, 104 * s),
                                           testing::Field(&MachineRestart::time_ns, 121 * s)));
}

TEST_F(Restarts, OfThePaymentTerminalAreNotTheMachines) {
  start_at(104 * s, first_terminal_flow + 1);
  EXPECT_THAT(told().restarts, IsEmpty());
}

}  // namespace
}  // namespace brewproof
