// Which machine it was all along, by everything in a run that tells: its service port and its books
// (journal), user agents, versions, hellos of TLS and boot messages (captures).
#pragma once

#include "rig/command/analysis/source.h"
#include "rig/proof/attribute.h"

namespace brewproof {

/// Fills identity_probes, machine_changes and restarts of `run`. A boot message counts as a restart
/// from the first trial's begin to the last one's end, but in a trial that cut the mains and until
/// the next one begins.
void tell_identity(const AnalysisSource& source, const ProofInput& input, FindingsRun& run);

}  // namespace brewproof
