#include "rig/proof/arms.h"

#include <gtest/gtest.h>

namespace brewproof {
namespace {

Trial trial(int number, std::optional<int> block, const std::string& event, bool sham,
            TrialStatus status = TrialStatus::ok, const std::string& reason = "") {
  Trial t;
  t.trial = number;
  t.block = block;
  t.event = event;
  t.sham = sham;
  t.start_ns = number * 1000;
  t.status = status;
  t.reason = reason;
  return t;
}

std::vector<Trial> blocks_of_two(int blocks) {
  std::vector<Trial> trials;
  for (int b = 1; b <= blocks; ++b) {
    for (const bool sham : {false, true, true, false}) {
      trials.push_back(trial(static_cast<int>(trials.size()) + 1, b, "brew", sham));
    }
  }
  return trials;
}

TEST(LineUp, PutsEachEventAgainstItsOwnSham) {
  std::vector<Trial> trials = {trial(1, 1, "brew", false), trial(2, 1, "pay", true),
                               trial(3, 1, "brew", true), trial(4, 1, "pay", false)};
  const Lineup lineup = line_up(trials);
  ASSERT_EQ(lineup.arms.size(), 2u);
  EXPECT_EQ(lineup.arms[0].event, "brew");
  EXPECT_EQ(lineup.arms[0].trials, (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(lineup.arms[1].trials, (std::vector<std::size_t>{1, 3}));
  EXPECT_EQ(lineup.arms[1].acts, Bits{0b10});
  EXPECT_EQ(lineup.law, "blocks of 1+1");
}

TEST(LineUp, APooledShamServesEveryEvent) {
  const Lineup lineup =
      line_up({trial(1, 1, "brew", false), trial(2, 1, "", true), trial(3, 1, "pay", false)});
  ASSERT_EQ(lineup.arms.size(), 2u);
  EXPECT_EQ(lineup.arms[0].trials, (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(lineup.arms[1].trials, (std::vector<std::size_t>{1, 2}));
}

TEST(LineUp, ABlockThatLostATrialIsLeftOutWhole) {
  std::vector<Trial> trials = blocks_of_two(3);
  trials[5].status = TrialStatus::excluded;
  trials[5].reason = "capture-gap";
  const Lineup lineup = line_up(trials);
  ASSERT_EQ(lineup.arms[0].strata.size(), 2u);
  EXPECT_EQ(lineup.arms[0].strata[1].block, 3);
  EXPECT_EQ(lineup.arms[0].act_count, 4u);
  ASSERT_EQ(lineup.exclusions.size(), 3u);
  EXPECT_EQ(lineup.exclusions[0].arm, "brew");
  EXPECT_EQ(lineup.exclusions[0].trials, 2);
  EXPECT_EQ(lineup.exclusions[1].arm, "sham of brew");
  EXPECT_EQ(lineup.exclusions[1].reason, "capture-gap");
  EXPECT_EQ(lineup.exclusions[1].trials, 1);
  EXPECT_EQ(lineup.exclusions[2].reason, "its block lost a trial");
  EXPECT_EQ(lineup.exclusions[2].trials, 1);
}

TEST(LineUp, WithoutBlocksTheWholeRunWasOneDrawAndOnlyTheLostTrialGoes) {
  std::vector<Trial> trials = blocks_of_two(2);
  for (Trial& t : trials) t.block.reset();
  trials[0].status = TrialStatus::excluded;
  const Lineup lineup = line_up(trials);
  EXPECT_EQ(lineup.law, "one whole-run draw (assumed)");
  ASSERT_EQ(lineup.arms[0].strata.size(), 1u);
  EXPECT_EQ(lineup.arms[0].strata[0].size(), 7u);
  EXPECT_EQ(lineup.arms[0].strata[0].acts, 3u);
  EXPECT_EQ(lineup.exclusions[0].reason, "excluded");
}

TEST(LineUp, MoreThanFivePercentUnconfirmedIsADeafMachine) {
  std::vector<Trial> trials = blocks_of_two(10);  // 20 acts
  trials[0].status = TrialStatus::unconfirmed;
  EXPECT_FALSE(line_up(trials).too_many_unconfirmed);  // exactly 5 %
  EXPECT_EQ(line_up(trials).arms[0].act_count, 20u);   // analysed as assigned
  trials[3].status = TrialStatus::unconfirmed;
  EXPECT_TRUE(line_up(trials).too_many_unconfirmed);
}

TEST(LineUp, OneDeafEventAmongManyIsNotHiddenByTheOthers) {
  std::vector<Trial> trials;
  for (int i = 0; i < 100; ++i) trials.push_back(trial(i + 1, 1, "brew", i % 2 == 0));
  for (int i = 0; i < 4; ++i) trials.push_back(trial(101 + i, 1, "clean", i % 2 == 0));
  trials[101].status = trials[103].status =
      TrialStatus::unconfirmed;  // 2 of 52 acts, 2 of 2 cleanings
  EXPECT_TRUE(line_up(trials).too_many_unconfirmed);
}

TEST(LineUp, AShamCannotBeUnconfirmed) {
  std::vector<Trial> trials = blocks_of_two(1);
  trials[1].status = trials[2].status = TrialStatus::unconfirmed;
  EXPECT_FALSE(line_up(trials).too_many_unconfirmed);
}

TEST(LineUp, AnEmptyLogHasNoArms) {
  EXPECT_TRUE(line_up({}).arms.empty());
  EXPECT_EQ(line_up({}).law, "no trials");
}

TEST(LineUp, UnevenBlocksAreNamed) {
  std::vector<Trial> trials = blocks_of_two(2);
  trials.pop_back();
  EXPECT_EQ(line_up(trials).law, "blocks of 1+2 and 2+2");
}

}  // namespace
}  // namespace brewproof
