// A rule that looks after every block is fooled no more often than it promises: half of timing's
// level, however often it looks and whatever the background. At an alpha of 0.2 that is 5 %: of
// 1,000 runs 50, with standard deviation 6.9; five of these above: 84.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "rig/proof/early_stop.h"
#include "tests/rig/proof/synthetic_world.h"

namespace brewproof {
namespace {

using synthetic::ms;
using synthetic::World;

constexpr int dealt_blocks = 6, dealt_runs = 1000, fooled_at_most = 84;

void once_a_block(World& world) {
  for (std::size_t first = 0; first < world.input.trials.size(); first += 8) {
    for (const char* topic : {"PUBLISH a", "PUBLISH b", "PUBLISH c"}) {
      const Trial& trial = world.input.trials[first + world.generator.below(8)];
      world.send(trial.origin_ns() + world.within(0, 350 * ms), "mq.x.example", 1883, "mqtt", topic,
                 {}, 1);
    }
  }
}

void in_bursts(World& world) {
  for (const char* topic : {"PUBLISH a", "PUBLISH b", "PUBLISH c"}) {
    for (std::int64_t t = synthetic::start; t < world.end;) {
      t += world.within(500 * ms, 4'000 * ms);
      const std::int64_t until = t + world.within(500 * ms, 3'000 * ms);
      for (; t < until; t += 200 * ms) world.send(t, "mq.x.example", 1883, "mqtt", topic, {}, 1);
    }
  }
}

ProofInput blocks_of(const World& world, int blocks) {
  ProofInput input = world.input;
  std::erase_if(input.trials, [&](const Trial& trial) { return *trial.block > blocks; });
  return input;
}

struct Peeked {
  int stopped = 0;  // at any border
  int by_e = 0;     // e alone, without its share of the stake, was ever as great
  int claimed = 0;  // something of the background where the rule stopped
};

Peeked peek(const std::function<void(World&)>& background, bool answers) {
  Peeked peeked;
  for (int run = 1; run <= dealt_runs; ++run) {
    World world(static_cast<std::uint64_t>(run));
    world.deal({"brew"}, dealt_blocks);
    world.input.design.alpha = 0.2;
    world.input.design.draws = 99;
    world.input.design.events["brew"].observe_ns = 350 * ms;
    world.input.design.stop = StopRule{};
    background(world);
    if (answers)
      for (const Trial* trial : world.trials_of("brew", false))
        world.send(trial->origin_ns() + 50 * ms, "a.x.example", 80, "http", "POST /brew");
    bool by_e = false, stopped = false;
    for (int b = 1; b < dealt_blocks && !stopped; ++b) {
      ProofInput input = blocks_of(world, b);
      const EarlyLook look = look_early(input);
      by_e = by_e || look.events[0].best.ln_e >= -std::log(look.level);
      stopped = look.may_stop({});
      if (!stopped || !answers) continue;
      input.stopped = look;
      for (const Finding& finding : attribute(input).findings)
        if (finding.protocol == "mqtt") {
          ++peeked.claimed;
          break;
        }
    }
    peeked.stopped += stopped ? 1 : 0;
    peeked.by_e += by_e ? 1 : 0;
  }
  ::testing::Test::RecordProperty(answers ? "claimed beside a cause" : "stopped",
                                  answers ? peeked.claimed : peeked.stopped);
  return peeked;
}

TEST(EarlyStopNull, BackgroundOncePerBlockStopsNoMoreRunsThanPromised) {
  EXPECT_LE(peek(once_a_block, false).stopped, fooled_at_most);
}

TEST(EarlyStopNull, BackgroundInBurstsStopsNoMoreRunsThanPromised) {
  const Peeked peeked = peek(in_bursts, false);
  EXPECT_LE(peeked.stopped, fooled_at_most);
  EXPECT_GT(peeked.by_e, fooled_at_most);  // without shares the promise would be broken
}

// Where the event does send something, how the stake is divided hangs on the lots a little; what
// comes anyway is still not claimed more often than promised.
void expect_no_blame(const std::function<void(World&)>& background) {
  const Peeked peeked = peek(background, true);
  EXPECT_EQ(peeked.stopped, dealt_runs);
  EXPECT_LE(peeked.claimed, fooled_at_most);
}
TEST(EarlyStopNull, BesideAMessageThatIsCausedWhatComesOncePerBlockIsNotAccused) {
  expect_no_blame(once_a_block);
}
TEST(EarlyStopNull, BesideAMessageThatIsCausedBurstsAreNotAccused) { expect_no_blame(in_bursts); }

}  // namespace
}  // namespace brewproof
