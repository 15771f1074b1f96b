// The clock of an action log that was made elsewhere is stated by a person, or told by the rig's
// own sentinels in the captures, or unchecked: never guessed. A log on another clock than the
// captures makes acts look as if nothing followed them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rig/command/analysis/captures.h"
#include "rig/command/analysis/source.h"
#include "rig/model/finding.h"
#include "rig/model/result.h"

namespace brewproof {

/// "0", "0s", "+3s", "-20 s", "8 h": how far the log's clock is ahead of the captures'. Error
/// `usage`: it is no time with a unit, or more than a year.
[[nodiscard]] Result<std::int64_t> parse_log_offset(const std::string& text);

/// Asks the sentinels where nobody stated the offset, takes it off the times of `trials`, and says
/// what came of it. Error: a capture cannot be read.
[[nodiscard]] Result<LogClock> settle_log_clock(const AnalysisSource& source,
                                                const DecodeTotals& totals,
                                                std::vector<Trial>& trials);

/// Of a log whose clock is unchecked nothing is claimed that rests on what was not seen, and what
/// is found is marked: `clock-unchecked` is a reason of the findings, and of the run where an event
/// is left of which only absence could be told; that is `unprovable` then.
void hold_back(const LogClock& clock, const std::vector<Trial>& trials, Findings& findings);

}  // namespace brewproof
