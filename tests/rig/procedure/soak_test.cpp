// A run that does nothing but listen.
#include <gmock/gmock.h>

#include "tests/rig/procedure/scripted_run.h"

namespace brewproof {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::int64_t second = 1000 * ms;

class SoakLoop : public ScriptedRun {
 protected:
  SoakLoop() {
    plan.slots.clear();
    plan.reserve.clear();
    plan.idle_ns = 90 * second;
    Condition rest;
    rest.control = "watts";
    rest.below = 30;
    bench_file.ready = {rest};
  }
};

TEST_F(SoakLoop, TakesItsTimeAndTouchesNothing) {
  const std::int64_t begun = scene.clock.now().raw_ns;
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "completed");
  EXPECT_THAT(result.reasons, IsEmpty());
  EXPECT_THAT(result.trials, IsEmpty());
  EXPECT_GE(scene.clock.now().raw_ns - begun, 90 * second);
  for (const Record& record : journal()) EXPECT_NE(record.type, "intent");
}

TEST_F(SoakLoop, SomebodyWhoUsesTheMachineSpoilsIt) {
  const std::int64_t begun = scene.clock.now().raw_ns;
  scene.watts = [begun](const testing::Scene& s) {
    const std::int64_t now = s.clock.now().raw_ns - begun;
    return now > 20 * second && now < 21 * second ? 1200.0 : 3.0;
  };
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "completed");
  EXPECT_THAT(result.reasons, Contains("unplanned-act"));
  EXPECT_TRUE(std::ranges::any_of(journal(),
                                  [](const Record& record) { return record.type == "unplanned"; }));
}

TEST_F(SoakLoop, APersonCanEndItAnyMoment) {
  const std::int64_t begun = scene.clock.now().raw_ns;
  stop = 1;
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "aborted");
  EXPECT_LT(scene.clock.now().raw_ns - begun, 90 * second);
  EXPECT_THAT(result.fault->message, HasSubstr("stopped on request"));
}

}  // namespace
}  // namespace brewproof
