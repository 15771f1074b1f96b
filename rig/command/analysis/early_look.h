// What the plan's rule for an early end (rig/proof/early_stop.h) sees in a run folder: at a border
// of blocks while the run goes on, and again when it is analysed. Our own decoder alone is asked
// both times, so that whether the run ended rightly does not hang on what else is installed.
#pragma once

#include "rig/command/analysis/source.h"
#include "rig/evidence/run_folder.h"
#include "rig/model/result.h"
#include "rig/proof/attribute.h"

namespace brewproof {

/// `input` has the design, the trials, the identities and all messages of the captures.
[[nodiscard]] EarlyLook early_look_of(const AnalysisSource& source, ProofInput input);

/// Decodes what is in the folder of a run that goes on. Error: it cannot be read, or not to its
/// end.
[[nodiscard]] Result<EarlyLook> early_look_at(const RunFolder& folder);

}  // namespace brewproof
