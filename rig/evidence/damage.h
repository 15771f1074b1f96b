// What the rig itself spoiled: a capture gap, a clock step, a device fault. A damaged trial takes
// its whole block out, for every signature (statistics.md, "Damage"), decided from the rig's data
// alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rig/model/record.h"
#include "rig/model/trial.h"

namespace brewproof {

/// A span of CLOCK_REALTIME in which the rig's record is in doubt, both ends included.
struct Damage {
  std::string reason;  // "capture-gap", "clock-step", "rig-fault", "unaccounted-vend"
  std::int64_t from_ns = 0, to_ns = 0;
};

/// Excludes every trial that a span touches, and with it all trials of its block (`with_block`).
/// Trials that are excluded already keep their reason. Applying it twice changes nothing.
void apply_damage(std::vector<Trial>& trials, const std::vector<Damage>& damage);

/// The spans that a journal holds (records of type `damage`).
[[nodiscard]] std::vector<Damage> damage_of(const std::vector<Record>& journal);

}  // namespace brewproof
