// Waiting until the machine says nothing more. What it sends is seen by the capture, as it runs;
// somebody else's traffic does not count where the bench file names the machine's addresses.
#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "rig/bench/condition.h"

namespace brewproof {

/// When the machine's last frame was captured, CLOCK_REALTIME ns; 0: none yet.
using LastHeard = std::function<Result<std::int64_t>()>;

/// How a wait for silence ended.
struct Quiet {
  bool met = false;  // it was silent for so long, and within the time
  Bracket waited;
  std::int64_t last_heard_ns = 0;  // CLOCK_REALTIME; 0: it never said anything
};

/// Waits until the machine was silent for `quiet`, some of which may lie before this, at most
/// `within`. Of a machine that was never heard the silence begins here.
[[nodiscard]] Result<Quiet> wait_until_quiet(std::chrono::nanoseconds quiet,
                                             std::chrono::nanoseconds within,
                                             const LastHeard& last_heard, Clock& clock,
                                             const Wait& wait);

}  // namespace brewproof
