// trials.jsonl: what `run` writes, one line a trial as it ends, and what `analyze` reads, also from
// elsewhere. Strict on input: unknown keys, a trial that ends before it begins, a repeated number
// or an empty log are errors at file:line:col.
#pragma once

#include <string>
#include <vector>

#include "rig/model/result.h"
#include "rig/model/trial.h"

namespace brewproof {

[[nodiscard]] std::string trial_json(const Trial& trial);  // one line without LF
[[nodiscard]] Result<std::vector<Trial>> read_trials_log(const std::string& path);

}  // namespace brewproof
