// Two runs of one procedure, or three (old, new, old again), held against each other: every message
// that one of them claims is counted in all, in the same window after the same event, and so is
// what stands in it; each question has an exact test, and all of them are one family.
#pragma once

#include <span>

#include "rig/model/comparison.h"
#include "rig/proof/same_units.h"

namespace brewproof {

inline constexpr double compare_alpha = 0.01;

/// Two or three runs, in the order old, new, old again. Where one of them has its findings alone,
/// all are compared by their findings: what these do not tell is doubtful, never "alike".
[[nodiscard]] EmissionsCompared compare(std::span<const RunView> runs);

/// The pieces of `compare`: from packets, and from findings alone.
[[nodiscard]] EmissionsCompared count_in_packets(std::span<const RunView> runs);
[[nodiscard]] EmissionsCompared read_from_findings(std::span<const RunView> runs);

/// The question of these counts; without one of them there is no test.
[[nodiscard]] Compared asked(const std::vector<std::optional<Tally>>& counts);

}  // namespace brewproof
