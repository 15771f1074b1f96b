// From tests to claims: of each unit the most surprising part and window, and the messages that
// belong to the acts.
#pragma once

#include "rig/proof/workings.h"

namespace brewproof {

/// Fills `claims` and, at the candidates' rate, `candidates` from what `timing` tested. `level`:
/// what p_adjusted of a claim may be.
void choose_claims(const ProofInput& input, Workings& workings, double level);

}  // namespace brewproof
