#include "rig/capture/clock_watch.h"

#include <algorithm>
#include <cstdlib>

namespace brewproof {
namespace {

std::int64_t difference(const Instant& at) { return at.real_ns - at.raw_ns; }

}  // namespace

bool ClockWatch::stepped(const Instant& now) const {
  const std::int64_t drift = (now.raw_ns - last_.raw_ns) / 1'000'000 * kDriftPpm;
  return std::abs(difference(now) - difference(last_)) > kStepNs + drift;
}

ClockWatch::Observation ClockWatch::observe() {
  Instant now = clock_.now();
  // The process may lose the processor between the two readings of one pair, which looks like a
  // step forward; that does not happen five times in a row.
  for (int again = 0; again < 4 && stepped(now); ++again) now = clock_.now();
  Observation observation{{now}, std::nullopt};
  if (stepped(now)) {
    const std::int64_t step = difference(now) - difference(last_);
    // Without the step the clock would have shown `now - step`: packets may bear either time.
    const auto [from, to] =
        std::minmax({last_.real_ns, now.real_ns, now.real_ns - step, last_.real_ns + step});
    observation.damage =
        CaptureDamage{"clock-step",
                      fmt::format("CLOCK_REALTIME was stepped by {:.3f} s; stop time services on "
                                  "this station while a run lasts",
                                  static_cast<double>(step) / 1e9),
                      from, to};
  }
  last_ = now;
  return observation;
}

}  // namespace brewproof
