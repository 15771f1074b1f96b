// The key logs of an analysis: read whole before anything is decoded, so that a log that is none is
// refused at once. What is inside captures the decoder finds by itself.
#pragma once

#include <string>
#include <vector>

#include "rig/command/analysis/source.h"
#include "rig/model/tls_sessions.h"

namespace brewproof {

struct KeyLogs {
  std::string text;  // of all of them, one after the other
  std::vector<KeyLogRead> read;
};

/// Error `bad_file`: one that a person named cannot be read, or has a line that is none, which is
/// told as file:line:column. Of those in a run folder, bad lines are counted and passed over: a
/// program may have been ended in the middle of one.
[[nodiscard]] Result<KeyLogs> read_key_logs(const std::vector<AnalysisSource::KeyLog>& logs);

}  // namespace brewproof
