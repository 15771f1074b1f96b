// A run that ends at a border of blocks before its blocks are done: by its rule, or by a bound.
#include <gmock/gmock.h>

#include "tests/rig/procedure/scripted_run.h"

namespace brewproof {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class EarlyEndTest : public ScriptedRun {
 protected:
  EarlyEndTest() {
    for (const char* event : {"brew", "pay"}) plan.design.events[event].observe_ns = 350 * ms;
  }
  std::vector<nlohmann::json> early_ends() {
    std::vector<nlohmann::json> bodies;
    for (const Record& record : journal())
      if (record.type == "early-end") bodies.push_back(record.body);
    return bodies;
  }
};

TEST_F(EarlyEndTest, TheRuleEndsTheRunAtTheBorderAndTheJournalSaysWhatWasSaved) {
  int looks = 0;
  decided = [&]() -> std::optional<bool> {
    return ++looks < 3 ? std::nullopt : std::optional(true);  // it takes its time
  };
  const LoopResult result = go();
  EXPECT_EQ(looks, 3);
  EXPECT_EQ(result.outcome, "completed");
  EXPECT_TRUE(result.reasons.empty());
  EXPECT_THAT(result.trials, SizeIs(4));
  const EarlyEnd end{"decided", 1, 2, 2};  // a brew and a sold cup
  EXPECT_EQ(result.early_end, end);
  ASSERT_THAT(early_ends(), SizeIs(1));
  EXPECT_EQ(read_early_end(early_ends()[0]), end);
}

TEST_F(EarlyEndTest, ARuleThatIsNotMetChangesNothingAndIsNotAskedAfterTheLastBlock) {
  int looks = 0;
  decided = [&]() -> std::optional<bool> {
    ++looks;
    return false;
  };
  const LoopResult result = go();
  EXPECT_EQ(looks, 1);
  EXPECT_THAT(result.trials, SizeIs(8));
  EXPECT_FALSE(result.early_end);
}

// A block that was lost need not be made good where everything is decided without it.
TEST_F(EarlyEndTest, TheRuleIsAskedBeforeTheReserveIsUsed) {
  scene.on_log = [this](const std::string& line) {
    if (line == "on 1" || (line == "on 4" && ended.size() == 2))
      brewing_until = scene.clock.now().raw_ns + 200 * ms;
  };
  int looks = 0;
  decided = [&]() -> std::optional<bool> { return ++looks == 2; };
  const LoopResult result = go();
  EXPECT_EQ(result.early_end, (EarlyEnd{"decided", 2, 3, 2}));
  EXPECT_THAT(result.trials, SizeIs(3 + 4));
  EXPECT_TRUE(result.reasons.empty());
}

TEST_F(EarlyEndTest, APersonCanStopTheRunWhileTheRuleLooks) {
  decided = [&]() -> std::optional<bool> {
    stop = 2;
    return std::nullopt;
  };
  EXPECT_EQ(go().outcome, "aborted");
}

TEST_F(EarlyEndTest, NoBlockIsBegunThatWouldPassTheCups) {
  bounds.max_cups = 3;  // two a block
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "completed");
  EXPECT_EQ(result.early_end, (EarlyEnd{"max-cups", 1, 2, 2}));
  EXPECT_THAT(result.trials, SizeIs(4));
  EXPECT_THAT(early_ends(), SizeIs(1));
}

TEST_F(EarlyEndTest, ABoundThatIsJustReachedEndsNothing) {
  bounds.max_cups = 4;
  const LoopResult result = go();
  EXPECT_FALSE(result.early_end);
  EXPECT_THAT(result.trials, SizeIs(8));
}

// A block takes four slots of 0.1 s, 0.35 s and 0.02 s and what the acts take: 2 s and more.
TEST_F(EarlyEndTest, NoBlockIsBegunThatWouldNotBeOverByThen) {
  const std::int64_t now = scene.clock.now().real_ns;
  bounds.until_real_ns = now + 5000 * ms;
  const LoopResult result = go();
  ASSERT_TRUE(result.early_end);
  EXPECT_EQ(result.early_end->reason, "until");
  EXPECT_EQ(result.early_end->after_blocks, 1);
  EXPECT_LE(scene.clock.now().real_ns, *bounds.until_real_ns);
}

TEST_F(EarlyEndTest, ABoundThatEndsTheRunAnywayIsNotTheRulesDoing) {
  bounds.max_cups = 2;
  decided = [] { return std::optional(true); };
  EXPECT_EQ(go().early_end->reason, "max-cups");
}

TEST_F(EarlyEndTest, ABoundBelowTheFirstBlockIsRefusedBeforeAnythingMoves) {
  const auto refusal = [&](const RunBounds& asked) {
    const auto may = may_begin_within(asked, plan, procedure, bench_file, 0);
    return may ? std::string() : may.error().message;
  };
  EXPECT_EQ(refusal({}), "");
  EXPECT_EQ(refusal({.max_cups = 2}), "");
  EXPECT_THAT(refusal({.max_cups = 1}), HasSubstr("--max-cups 1: the first block alone brews 2"));
  EXPECT_THAT(refusal({.until_real_ns = 1000 * ms}),
              HasSubstr("--until: the first block alone takes 3 s at the least"));
}

}  // namespace
}  // namespace brewproof
