// What the rig lost of a run, and what that may have done to its result (statistics.md 1): were
// acts lost more often than shams, and what would be left of a claim if everything that was lost
// had spoken against it. A lost trial is one that was excluded for a reason of its own; it takes
// its whole block out, whose other trials were seen and count here.
#pragma once

#include <optional>
#include <vector>

#include "rig/model/finding.h"
#include "rig/model/trial.h"
#include "rig/proof/workings.h"

namespace brewproof {

/// By event name; only those of which trials in blocks were lost. Its p is two-sided and exact:
/// twice the smaller tail of the design's own law (stratified.h) with "lost" in the place of
/// "seen".
[[nodiscard]] std::vector<DamageBalance> balance_of_damage(const std::vector<Trial>& trials);

struct WorstCase {
  double p = 1;
  double p_adjusted = 1;  // for all that was looked at
};

/// The claim's p with the lost blocks put back: of their trials that were not lost what was seen,
/// each lost act as one that showed nothing and each lost sham as one that showed the message. By
/// bets, in a run that its rule stopped, these blocks are bet on like the others, and the share of
/// the stake stays what it was; else p is exact, and multiplied by how many patterns were looked at
/// (re-draws know no p as small). Where acts with a message of their own or every k-th act are
/// counted, the acts that show it in the lost blocks count beside them: one sum, whose law is that
/// of two independent parts. Absent: none of the event's trials were lost.
[[nodiscard]] std::optional<WorstCase> worst_case_of(const Claim& claim, const ProofInput& input,
                                                     const Workings& workings);

}  // namespace brewproof
