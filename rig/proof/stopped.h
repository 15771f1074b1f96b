// What timing claims are worth in a run that its own rule stopped (early_stop.h). The number of
// blocks then depends on what was seen, so the law of a fixed number is no law of it; what the bets
// on the lots have earned holds whenever the blocks ended.
#pragma once

#include "rig/proof/early_stop.h"
#include "rig/proof/workings.h"

namespace brewproof {

/// Gives every test that the rule looked at its p by bets: p = min(1, 1/e), p_adjusted = min(1,
/// 1/(share x e)). The others (windows that reach past their slot, own messages, every k-th act)
/// had no stake and are taken out. Needs the line-up, windows, presence and timing of `workings`.
void tell_by_bets(const ProofInput& input, const EarlyLook& look, Workings& workings);

}  // namespace brewproof
