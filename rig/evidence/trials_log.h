// trials.jsonl: what `run` writes, one line a trial as it ends, and what `analyze` reads, also from
// elsewhere. Strict on input: unknown keys, a trial that ends before it begins, a repeated number
// or an empty log are errors at file:line:col.
#pragma once

#include <string>
#include <vector>

#include "rig/model/result.h"
#include "rig/model/trial.h"

namespace brewproof {

[[nodiscard]] std::string trial_json(const Trial& trial);  // one line without LF, canonical

/// All trials, or error `bad_file`. `trial`, `event`, `start_ns`, `end_ns` and `status` must stand
/// in every line; `block` in all of them or in none.
[[nodiscard]] Result<std::vector<Trial>> read_trials_log(const std::string& path);

/// The log of a run that was cut off: the same checks, but it may be empty, and a torn last line
/// (no LF at its end) is left out and told in `torn` instead of being an error.
struct TrialsPrefix {
  std::vector<Trial> trials;
  std::string torn;  // "" = the file ends with a whole line
};
[[nodiscard]] Result<TrialsPrefix> read_trials_prefix(const std::string& path);

}  // namespace brewproof
