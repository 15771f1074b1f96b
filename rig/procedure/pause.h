// A rest that a person asked for between two trials. What the machine sends in it is captured and
// belongs to no trial.
#pragma once

#include <atomic>
#include <functional>

#include "rig/bench/condition.h"
#include "rig/evidence/journal.h"

namespace brewproof {

/// Journals `pause`, waits while `paused` holds and nobody wants the run to stop, journals
/// `continue`.
[[nodiscard]] Result<void> rest_while(const std::atomic<bool>& paused, const std::atomic<int>& stop,
                                      std::size_t after_trials, Journal& journal, Clock& clock,
                                      const Wait& wait, const std::function<void()>& show);

}  // namespace brewproof
