// What every wait of a verb that holds outputs asks again and again: did a person ask to stop, and
// does somebody guard the outputs?
#pragma once

#include <cstdint>

#include "rig/guardian/emergency_inputs.h"
#include "rig/guardian/guardian.h"
#include "rig/model/result.h"

namespace brewproof {

inline constexpr std::int64_t glance_ns = 20'000'000;  // how often a wait asks

/// Tells the guardian that the program gets on. Errors: `interrupted` (a person asked to stop),
/// `interlock` (the emergency stop), `host` (the guardian is gone).
[[nodiscard]] Result<void> may_go_on(Guardian& guardian);

/// The same error, with what made the emergency stop where one was made.
[[nodiscard]] Error with_cause(Error error);

/// Watches the bench's emergency inputs for as long as the value lives.
[[nodiscard]] Result<EmergencyInputs> watch_emergency(const BenchFile& bench, Clock& clock);

}  // namespace brewproof
