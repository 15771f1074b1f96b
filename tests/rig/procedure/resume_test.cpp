#include "rig/procedure/resume.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brewproof {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Two blocks of a brew, its sham, a payment and its sham, and one reserve block.
class AnInterruptedRun : public ::testing::Test {
 protected:
  AnInterruptedRun() {
    for (int block = 1; block <= 3; ++block)
      for (const auto& [event, sham] : {std::pair("brew", false), std::pair("brew", true),
                                        std::pair("pay", false), std::pair("pay", true)}) {
        Slot slot;
        slot.trial = ++trials_;
        slot.block = block;
        slot.event = event;
        slot.sham = sham;
        (block == 3 ? plan.reserve : plan.slots).push_back(slot);
      }
    plan.blocks = 2;
    plan.reserve_blocks = 1;
    procedure.events["brew"].name = "brew";
    procedure.events["pay"].name = "pay";
    line("plan", json::object());
  }
  void line(const std::string& type, json body) {
    at_ += 10;
    journal.push_back({journal.size() + 1, type, {at_, at_}, std::move(body)});
  }
  // A trial as far as it came.
  void intent(int trial) {
    const Slot& slot = trial <= 8 ? plan.slots[static_cast<std::size_t>(trial) - 1]
                                  : plan.reserve[static_cast<std::size_t>(trial) - 9];
    line("intent",
         {{"trial", trial}, {"block", slot.block}, {"event", slot.event}, {"sham", slot.sham}});
  }
  void outcome(int trial) {
    line("outcome", {{"trial", trial}, {"start_ns", at_}, {"act_ns", at_ + 1}});
  }
  void whole(int trial) {
    intent(trial);
    outcome(trial);
    Trial done;
    done.trial = trial;
    done.block = (trial + 3) / 4;
    done.event = trial % 4 == 1 || trial % 4 == 2 ? "brew" : "pay";
    done.sham = trial % 2 == 0;
    done.start_ns = at_;
    done.act_ns = at_ + 1;
    done.end_ns = at_ + 5;
    logged.push_back(done);
  }
  Resumed stand() const { return resume_from(plan, procedure, journal, logged); }
  static std::vector<int> excluded(const Resumed& resumed) {
    std::vector<int> trials;
    for (const Trial& trial : resumed.trials)
      if (trial.status == TrialStatus::excluded) trials.push_back(trial.trial);
    return trials;
  }

  Plan plan;
  ProcedureFile procedure;
  std::vector<Record> journal;
  std::vector<Trial> logged;
  int trials_ = 0;
  std::int64_t at_ = 0;
};

TEST_F(AnInterruptedRun, KeepsWholeBlocks) {
  for (int trial = 1; trial <= 4; ++trial) whole(trial);
  const Resumed resumed = stand();
  EXPECT_EQ(resumed.trials, logged);
  EXPECT_THAT(resumed.in_doubt, IsEmpty());
  EXPECT_THAT(resumed.of_cut, IsEmpty());
}

TEST_F(AnInterruptedRun, LosesTheBlockInWhichItWasCut) {
  for (int trial = 1; trial <= 6; ++trial) whole(trial);
  intent(7);
  const Resumed resumed = stand();
  EXPECT_THAT(resumed.in_doubt, ElementsAre(7));
  EXPECT_THAT(excluded(resumed), ElementsAre(5, 6, 7));
  EXPECT_EQ(resumed.trials[6].reason, "cut-off");
  EXPECT_EQ(resumed.trials[6].event, "pay");
  ASSERT_EQ(resumed.of_cut.size(), 1u);
  EXPECT_EQ(resumed.of_cut[0].from_ns, resumed.trials[4].start_ns);
}

TEST_F(AnInterruptedRun, KnowsWhichStopsAreOverAndWhichCupsWereBegun) {
  line("service", {{"stage", "begin"}, {"before_block", 1}});
  line("service", {{"stage", "end"}, {"before_block", 1}});
  for (int trial = 1; trial <= 4; ++trial) whole(trial);
  line("service", {{"stage", "begin"}, {"before_block", 2}});
  line("intent", {{"action", "conditioning"}, {"control", "espresso"}, {"before_block", 2}});
  const Resumed resumed = stand();
  EXPECT_THAT(resumed.in_doubt, IsEmpty());
  EXPECT_THAT(excluded(resumed), IsEmpty());  // the cut fell between two blocks
  ASSERT_EQ(resumed.served.size(), 2u);
  EXPECT_TRUE(resumed.served.at(1).ended);
  EXPECT_FALSE(resumed.served.at(2).ended);
  EXPECT_THAT(resumed.served.at(2).cups, ElementsAre("espresso"));
}

TEST_F(AnInterruptedRun, LosesTheBlockAlsoWhereTheCutFellBetweenTwoTrials) {
  for (int trial = 1; trial <= 6; ++trial) whole(trial);
  const Resumed resumed = stand();
  EXPECT_THAT(resumed.in_doubt, IsEmpty());
  EXPECT_THAT(excluded(resumed), ElementsAre(5, 6));
}

TEST_F(AnInterruptedRun, KnowsAnActWhoseObservationWasCut) {
  for (int trial = 1; trial <= 4; ++trial) whole(trial);
  intent(5);
  outcome(5);
  const Resumed resumed = stand();
  EXPECT_THAT(resumed.in_doubt, IsEmpty());  // it was done, and its outcome is known
  EXPECT_THAT(excluded(resumed), ElementsAre(5));
  EXPECT_TRUE(resumed.trials[4].act_ns.has_value());
}

TEST_F(AnInterruptedRun, NeverDoesAPaymentInDoubtAgainAlsoWithoutReserve) {
  plan.reserve.clear();
  plan.reserve_blocks = 0;
  procedure.events["brew"].repeatable = true;
  for (int trial = 1; trial <= 6; ++trial) whole(trial);
  intent(7);
  EXPECT_THAT(stand().again, IsEmpty());
}

TEST_F(AnInterruptedRun, DoesABlockAgainWhereAllThatWasBegunInItIsRepeatable) {
  plan.reserve.clear();
  plan.reserve_blocks = 0;
  procedure.events["brew"].repeatable = true;
  for (int trial = 1; trial <= 4; ++trial) whole(trial);
  intent(5);
  const Resumed resumed = stand();
  EXPECT_THAT(resumed.in_doubt, ElementsAre(5));
  EXPECT_THAT(resumed.again, ElementsAre(2));
  EXPECT_EQ(resumed.trials.size(), 4u);  // block 2 is as if it had not been begun
}

TEST_F(AnInterruptedRun, TakesTheReserveFirst) {
  procedure.events["brew"].repeatable = true;
  for (int trial = 1; trial <= 4; ++trial) whole(trial);
  intent(5);
  EXPECT_THAT(stand().again, IsEmpty());
}

TEST_F(AnInterruptedRun, ThatDoesABlockAgainForgetsWhatWasBegunInItBefore) {
  plan.reserve.clear();
  plan.reserve_blocks = 0;
  procedure.events["brew"].repeatable = true;
  for (int trial = 1; trial <= 4; ++trial) whole(trial);
  intent(5);
  line("end", {{"outcome", "partial"}});
  line("resume", {{"again", {2}}, {"in_doubt", {5}}});
  for (int trial = 5; trial <= 8; ++trial) whole(trial);
  const Resumed resumed = stand();
  EXPECT_THAT(excluded(resumed), IsEmpty());
  EXPECT_THAT(resumed.in_doubt, IsEmpty());
  EXPECT_EQ(resumed.trials.size(), 8u);
}

TEST_F(AnInterruptedRun, CountsTheTimeItRanAndNotTheTimeItLay) {
  whole(1);          // plan at 10, intent 20, outcome 30
  at_ += 1'000'000;  // nobody was there
  line("resume", {{"again", json::array()}, {"in_doubt", json::array()}});
  whole(2);  // 20 more
  EXPECT_EQ(stand().elapsed_ns, 20 + 20);
}

}  // namespace
}  // namespace brewproof
