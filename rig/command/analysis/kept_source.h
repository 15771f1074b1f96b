// What an analysis of captures made elsewhere leaves beside its findings, so that `explain` and
// `report` can look again: the action log as it was read (source.trials.jsonl), and where the
// captures are, with their SHA-256, and how it was asked (source.json). The captures stay where
// they are, and secrets are not kept.
#pragma once

#include <string>
#include <vector>

#include "rig/command/analysis/source.h"
#include "rig/model/finding.h"
#include "rig/model/result.h"

namespace brewproof {

/// Into the folder of `analyze --out`. `captures`: with their hashes, as the analysis read them.
[[nodiscard]] Result<void> keep_source(const std::string& folder, const ForeignCaptures& foreign,
                                       const std::vector<ProtoWish>& protos,
                                       const std::vector<CaptureFile>& captures);

/// What is analysed again of a folder: a run folder, or one that keep_source wrote into. A capture
/// is looked for where it was, then in the folder itself. Error `bad_file`: it is neither, or a
/// capture is gone or another.
[[nodiscard]] Result<AnalysisSource> source_in(const std::string& folder);

}  // namespace brewproof
