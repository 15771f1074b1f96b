// What changed between runs, for people and for programs (`brewproof diff`; schema
// brewproof.diff/1, procedures/diff.schema.json). Everything that a machine may have sent is made
// harmless here.
#pragma once

#include <string>
#include <string_view>

#include "results/report.h"
#include "rig/model/comparison.h"

namespace brewproof {

/// "appeared", "vanished", "rate", "latency", "fields", "unsteady", "doubtful", "same": the gravest
/// that is shown of one message.
[[nodiscard]] std::string_view change_word(const EmissionComparison& emission);
/// "old", "new", "old again": which run this is.
[[nodiscard]] std::string_view role_word(std::size_t run);

[[nodiscard]] std::string diff_text(const RunComparison& comparison, const TextStyle& style);
/// Canonical JSON, one line, ending in LF.
[[nodiscard]] std::string diff_json(const RunComparison& comparison);

}  // namespace brewproof
