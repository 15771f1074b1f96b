// An action log that was made elsewhere: what no bench of ours wrote is checked for what cannot be
// right of one machine that does one thing at a time.
#pragma once

#include <string>
#include <vector>

#include "rig/model/log_clock.h"
#include "rig/model/result.h"
#include "rig/model/trial.h"

namespace brewproof {

struct ForeignLog {
  std::vector<Trial> trials;
  std::vector<LogRemark> remarks;  // what may be right, and seldom is
};

/// Error `bad_file`, at file:line:col: as read_trials_log, a sham of an event that no trial does, a
/// currency that there is not, a trial that begins together with another or before another's act.
[[nodiscard]] Result<ForeignLog> read_foreign_log(const std::string& path);

}  // namespace brewproof
