// How a design's alpha, the chance that a report holds any false claim, is divided among what is
// looked for (rig/proof/README.md). The plan says with it what it can prove, the proof what it
// claims.
#pragma once

namespace brewproof {

/// Timing's and content's share of alpha.
[[nodiscard]] constexpr double share_of(double alpha) { return alpha / 2; }
/// Of content's share four fifths are for values, one fifth is for what only adds up.
[[nodiscard]] constexpr double values_share(double alpha) { return share_of(alpha) * 0.8; }
[[nodiscard]] constexpr double totals_share(double alpha) { return share_of(alpha) * 0.2; }

/// Of timing's share, where the plan has a rule for an early end; the rest is kept for a run that
/// the rule did not end.
inline constexpr double stake_of_rule = 0.5;
/// What the exact tests of a run have that no rule ended.
[[nodiscard]] constexpr double exact_share(double alpha, bool has_rule) {
  return has_rule ? share_of(alpha) * (1 - stake_of_rule) : share_of(alpha);
}

}  // namespace brewproof
