// findings.json (schema brewproof.findings/1, design of the file: procedures/findings.schema.json).
#pragma once

#include <string>

#include "rig/model/finding.h"
#include "rig/model/result.h"

namespace brewproof {

/// Canonical JSON, one line, ending in LF.
[[nodiscard]] std::string findings_json(const Findings& findings);
/// Reads it back, for report, explain and diff. Error `bad_file` with the path of the bad key.
[[nodiscard]] Result<Findings> read_findings_json(const std::string& text, const std::string& path);

}  // namespace brewproof
