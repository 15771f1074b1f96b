#include "rig/evidence/damage.h"

#include <gtest/gtest.h>

namespace brewproof {
namespace {

/// Two blocks of two trials, a second each.
std::vector<Trial> four_trials() {
  std::vector<Trial> trials(4);
  for (int i = 0; i < 4; ++i) {
    Trial& trial = trials[static_cast<std::size_t>(i)];
    trial.trial = i + 1;
    trial.block = i / 2 + 1;
    trial.start_ns = std::int64_t{1'000'000'000} * i;
    trial.end_ns = trial.start_ns + 900'000'000;
  }
  return trials;
}

const std::vector<Damage> in_the_second = {{"capture-gap", 1'100'000'000, 1'200'000'000}};

TEST(ApplyDamage, ATrialThatIsTouchedTakesItsBlockWithIt) {
  std::vector<Trial> trials = four_trials();
  apply_damage(trials, in_the_second);
  for (const std::size_t i : {0u, 1u}) {
    EXPECT_EQ(trials[i].status, TrialStatus::excluded);
    EXPECT_EQ(trials[i].reason, "capture-gap");
  }
  EXPECT_TRUE(trials[0].with_block);
  EXPECT_FALSE(trials[1].with_block);
  EXPECT_EQ(trials[2].status, TrialStatus::ok);
  EXPECT_EQ(lost_blocks(trials), std::set{1});

  const std::vector<Trial> once = trials;
  apply_damage(trials, in_the_second);
  EXPECT_EQ(trials, once);
}

TEST(ApplyDamage, OfTrialsFromAFileItTellsWhichWentWithTheirBlock) {
  std::vector<Trial> trials = four_trials();
  apply_damage(trials, in_the_second);
  const std::vector<Trial> before = trials;
  for (Trial& trial : trials) trial.with_block = false;  // as it is read
  apply_damage(trials, in_the_second);
  EXPECT_EQ(trials, before);
}

TEST(ApplyDamage, OneThatWasLostForItselfStaysSoWhenAnotherOfItsBlockIs) {
  std::vector<Trial> trials = four_trials();
  trials[0].status = TrialStatus::excluded;
  trials[0].reason = "rig-fault";
  apply_damage(trials, in_the_second);
  EXPECT_EQ(trials[0].reason, "rig-fault");
  EXPECT_FALSE(trials[0].with_block);
  EXPECT_FALSE(trials[1].with_block);
}

}  // namespace
}  // namespace brewproof
