// samples.jsonl: what the meters showed by which a run's acts are confirmed, one reading a line, in
// the order of time. For an auditor and for the report's picture: no verdict is drawn from it, what
// confirmed an act stands in the journal. The journal's end line has its SHA-256.
#pragma once

#include <string>
#include <vector>

#include "rig/model/result.h"
#include "rig/model/sample.h"

namespace brewproof {

[[nodiscard]] std::string sample_json(const Sample& sample);  // one line without LF, canonical

/// Empty where there is no such file. A line that cannot be read is left out: what was changed or
/// torn is `verify`'s to tell. Error `io`.
[[nodiscard]] Result<std::vector<Sample>> read_samples_log(const std::string& path);

}  // namespace brewproof
