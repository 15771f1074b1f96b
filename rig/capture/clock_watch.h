// Pairs of CLOCK_MONOTONIC_RAW and CLOCK_REALTIME, and the decision when REALTIME was stepped:
// packets carry REALTIME, actions are measured on RAW, and only a steady difference maps the two.
#pragma once

#include <optional>

#include "rig/capture/capture_process.h"
#include "rig/model/clock.h"

namespace brewproof {

class ClockWatch {
 public:
  /// A jump of (REALTIME - RAW) beyond this, with the drift allowed since the last pair, is a step.
  static constexpr std::int64_t kStepNs = 1'000'000;
  /// Slewing is bounded to 500 ppm (adjtimex(2)), a bad crystal adds 200 ppm.
  static constexpr std::int64_t kDriftPpm = 700;

  explicit ClockWatch(const Clock& clock) : clock_(clock), last_(clock.now()) {}

  /// Reads a pair. `damage` ("clock-step") covers the time between the last pair and this one, on
  /// both sides of the step. A pair that a busy machine tore apart is read again before it is
  /// believed.
  struct Observation {
    ClockPair pair;
    std::optional<CaptureDamage> damage;
  };
  [[nodiscard]] Observation observe();
  [[nodiscard]] ClockPair last() const { return {last_}; }

 private:
  [[nodiscard]] bool stepped(const Instant& now) const;

  const Clock& clock_;
  Instant last_;
};

}  // namespace brewproof
