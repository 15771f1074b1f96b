#include "rig/proof/stopped.h"

#include <algorithm>

#include "rig/proof/e_value.h"

namespace brewproof {
namespace {

HitPattern pattern_of(const TimingTest& test, const ProofInput& input, const Workings& workings) {
  std::vector<bool> shows(input.trials.size());
  for (const Hit& hit : workings.presence[test.node])
    if (hit.window == test.window) shows[hit.trial] = true;
  return pattern_of(workings.lineup.arms[test.event], shows);
}

}  // namespace

void tell_by_bets(const ProofInput& input, const EarlyLook& look, Workings& workings) {
  const std::vector<Window> windows = stop_windows(input.design);
  std::vector<TimingTest>& tests = workings.timing.tests;
  for (TimingTest& test : tests) {
    const Arms& arms = workings.lineup.arms[test.event];
    const auto betting = std::ranges::find(look.events, arms.event, &Betting::event);
    if (test.how.every != 0 || betting == look.events.end() ||
        std::ranges::find(windows, workings.windows[test.window]) == windows.end())
      continue;
    test.e_value = earned_by(pattern_of(test, input, workings), arms, betting->stakes);
    test.p = p_of_log_e(test.e_value->ln_e);
    test.p_adjusted = p_adjusted_of(*test.e_value);
  }
  std::erase_if(tests, [](const TimingTest& test) { return !test.e_value; });
  workings.timing.looked_at = tests.size();
}

}  // namespace brewproof
