// Which machine it is, asked at its service port before, between and after the blocks.

#include "rig/procedure/identity_watch.h"

#include <gmock/gmock.h>

#include <set>

#include "tests/rig/procedure/scripted_run.h"

namespace brewproof {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class IdentityWatchTest : public ScriptedRun {
 protected:
  IdentityWatchTest() {
    bench_file.resources["service"] = {"service", "service", {}, ""};
    scene.who = [this]() -> Result<std::string> {
      ++asked;
      if (silent.contains(asked)) return fail(ErrorCode::timeout, "service: nobody answers");
      return firmware;
    };
  }
  std::vector<std::string> journalled() {
    std::vector<std::string> told;
    for (const Record& record : journal())
      if (record.type == "identity")
        told.push_back(text_of(record.body, "when") + " " + text_of(record.body, "says"));
    return told;
  }
  int asked = 0;
  std::set<int> silent;  // of the questions
  std::string firmware = "V1";
};

TEST_F(IdentityWatchTest, ItIsAskedAtTheStartAfterEachBlockAndAtTheEnd) {
  EXPECT_THAT(go().reasons, IsEmpty());
  EXPECT_THAT(journalled(), ElementsAre("start V1", "block V1", "block V1", "end V1"));
}

TEST_F(IdentityWatchTest, AnotherMachineBreaksItsBlockAndTheRun) {
  after_trial = [this](const Trial& trial) {
    if (trial.trial == 2) firmware = "V2";
  };
  const LoopResult result = go();
  EXPECT_THAT(result.reasons, Contains("firmware-changed"));
  EXPECT_EQ(result.trials[0].reason, "firmware-changed");
  EXPECT_EQ(result.trials[0].status, TrialStatus::excluded);
  EXPECT_EQ(result.trials[4].status, TrialStatus::ok);
  EXPECT_THAT(journalled(), ElementsAre("start V1", "block V2", "block V2", "block V2", "end V2"));
}

TEST_F(IdentityWatchTest, AnUpdateThatTheProcedureAsksForIsNoDoubt) {
  procedure.events["update"] = procedure.events["brew"];
  after_trial = [this](const Trial& trial) {
    if (trial.trial == 2) firmware = "V2";
  };
  const LoopResult result = go();
  EXPECT_THAT(result.reasons, IsEmpty());
  EXPECT_EQ(result.trials[0].status, TrialStatus::ok);
}

TEST_F(IdentityWatchTest, OneAnswerThatDoesNotComeCostsNothing) {
  silent = {2};
  EXPECT_THAT(go().reasons, IsEmpty());
  EXPECT_THAT(journalled(), ElementsAre("start V1", "block ", "block V1", "end V1"));
}

TEST_F(IdentityWatchTest, TheLastAnswerMustCome) {
  silent = {4};
  EXPECT_THAT(go().reasons, ElementsAre("identity-unread"));
}

// What changed while nobody answered is found out by the next answer, and takes all since the last.
TEST_F(IdentityWatchTest, AChangeBehindASilenceTakesBothBlocks) {
  silent = {2};
  after_trial = [this](const Trial& trial) {
    if (trial.trial == 2) firmware = "V2";
  };
  const LoopResult result = go();
  EXPECT_EQ(result.trials[0].reason, "firmware-changed");
  EXPECT_EQ(result.trials[4].reason, "firmware-changed");
  EXPECT_THAT(result.reasons, Contains("firmware-changed"));
}

TEST_F(IdentityWatchTest, WithoutSuchALineNobodyIsAsked) {
  bench_file.resources.erase("service");
  EXPECT_THAT(go().reasons, IsEmpty());
  EXPECT_THAT(journalled(), IsEmpty());
}

}  // namespace
}  // namespace brewproof
