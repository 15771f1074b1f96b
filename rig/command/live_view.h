// What the machine sends, shown while a run captures it. For the person at the bench alone: the
// results come from the files, decoded anew when the run is over.
#pragma once

#include <optional>

#include "rig/bench/bench_file.h"
#include "rig/command/run_progress.h"
#include "rig/evidence/run_folder.h"
#include "rig/reading/live_decoding.h"

namespace brewproof {

/// Decodes what is captured into the folder from now on, as long as what is returned lives, and
/// tells `progress`, which must outlive it. Where that cannot be, or comes to its end too early, a
/// note says so once, and nothing else changes.
[[nodiscard]] std::optional<LiveDecoding> show_live(const BenchFile& bench, const RunFolder& folder,
                                                    RunProgress& progress);

}  // namespace brewproof
