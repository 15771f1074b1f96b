#include "rig/proof/interception.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brewproof {
namespace {

using ::testing::IsEmpty;

constexpr std::int64_t second = 1'000'000'000;

// Blocks of one act and one sham, ten seconds each; every act is followed by a message to the
// cloud, on a connection of its own.
class Blocks {
 public:
  explicit Blocks(int count) {
    input.design.windows = {{0, second}, {0, 3 * second}};
    for (int block = 1; block <= count; ++block) {
      for (const bool sham : {false, true}) {
        Trial trial;
        trial.trial = static_cast<int>(input.trials.size()) + 1;
        trial.block = block;
        trial.event = "pay";
        trial.sham = sham;
        trial.start_ns = at(block) + (sham ? 5 * second : 0);
        trial.end_ns = trial.start_ns + 4 * second;
        input.trials.push_back(trial);
      }
      say(at(block) + second / 2);
    }
  }
  static std::int64_t at(int block) { return block * 10 * second; }
  void say(std::int64_t time_ns, const std::string& name = "api.example") {
    Message message;
    message.time_ns = time_ns;
    message.from_dut = true;
    message.peer = {name, "203.0.113.10", 443};
    message.protocol = "tls";
    message.flow = ++flows_;
    input.messages.push_back(message);
  }
  ProofInput input;

 private:
  std::uint64_t flows_ = 0;
};

TEST(Interception, WhereTheMachineSpeaksAlikeNothingIsShown) {
  const Blocks world(4);
  const auto effects = interception_effects(world.input, {2});
  ASSERT_EQ(effects.size(), 1u);
  EXPECT_EQ(effects[0].destination, "api.example:443");
  EXPECT_EQ(effects[0].touched, (InterceptionSide{3, 3, 3, 3}));
  EXPECT_EQ(effects[0].untouched, (InterceptionSide{1, 1, 1, 1}));
  EXPECT_EQ(effects[0].p, 1);
  EXPECT_EQ(effects[0].least_p, 0.5);  // 4 draws, two looks
}

// 8 blocks, 2 of them untouched: 28 draws, of which one is as extreme; two looks.
TEST(Interception, AMachineThatConnectsAgainAndAgainIsShown) {
  Blocks world(8);
  for (const int touched : {1, 2, 4, 5, 6, 8})
    for (int retry = 1; retry <= 3; ++retry) world.say(Blocks::at(touched) + 4 * second + retry);
  const auto effects = interception_effects(world.input, {3, 7});
  ASSERT_EQ(effects.size(), 1u);
  EXPECT_EQ(effects[0].touched, (InterceptionSide{6, 6, 6, 24}));
  EXPECT_EQ(effects[0].untouched, (InterceptionSide{2, 2, 2, 2}));
  EXPECT_DOUBLE_EQ(effects[0].p, 2.0 / 28);
  EXPECT_DOUBLE_EQ(effects[0].least_p, 2.0 / 28);
}

TEST(Interception, DamagedBlocksAndTheReserveDoNotCount) {
  Blocks world(6);
  world.input.committed_blocks = 5;
  world.input.trials[0].status = TrialStatus::excluded;
  const auto effects = interception_effects(world.input, {2});
  ASSERT_EQ(effects.size(), 1u);
  EXPECT_EQ(effects[0].touched.blocks, 3);
  world.input.trials[2].status = TrialStatus::excluded;  // in the only untouched one
  EXPECT_THAT(interception_effects(world.input, {2}), IsEmpty());
  EXPECT_THAT(interception_effects(world.input, {}), IsEmpty());
}

TEST(Interception, MoreDrawsThanCanBeCountedAreDrawnAgain) {
  Blocks world(40);
  world.input.design.draws = 999;
  std::set<int> untouched;
  for (int block = 1; block <= 40; block += 4) untouched.insert(block);  // C(40, 10) = 8.5e8
  for (int block = 1; block <= 40; ++block)
    if (!untouched.contains(block)) world.say(Blocks::at(block) + 4 * second);
  const auto effects = interception_effects(world.input, untouched);
  ASSERT_EQ(effects.size(), 1u);
  EXPECT_DOUBLE_EQ(effects[0].p, 2.0 / 1000);
  EXPECT_DOUBLE_EQ(effects[0].least_p, 2.0 / 1000);
}

TEST(Interception, OnlyServersOfTlsInTheBlocksAreCompared) {
  Blocks world(4);
  world.say(0, "before.example");
  Message plain = world.input.messages[0].whole();
  plain.protocol = "http";
  plain.peer.port = 80;
  world.input.messages[0] = plain;
  const auto effects = interception_effects(world.input, {2});
  ASSERT_EQ(effects.size(), 1u);
  EXPECT_EQ(effects[0].destination, "api.example:443");
}

}  // namespace
}  // namespace brewproof
