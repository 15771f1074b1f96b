// How far is the clock of an action log ahead of the captures', by the rig's own sentinels in them?
// The rig sends one before the first trial, one after each block and one at the end, and none
// within a trial. Two ways: what the sentinels say themselves of when they were sent, and where the
// log leaves room for them. The second holds for sentinels that say nothing, and is rough.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rig/capture/sentinel_frame.h"
#include "rig/model/log_clock.h"
#include "rig/model/trial.h"

namespace brewproof {

struct SentinelFit {
  std::int64_t offset_ns = 0;       // log - captures
  std::int64_t uncertainty_ns = 0;  // at most so much more or less
  /// "" = it fits; else "no-sentinels", "sentinels-ambiguous", "sentinels-disagree" (LogClock).
  std::string fault;
};

/// Where the sentinels leave a range of offsets: none, where 0 is among them, else its middle.
[[nodiscard]] SentinelFit fit_sentinels(const std::vector<Trial>& trials,
                                        const std::vector<SentinelSeen>& sentinels);

}  // namespace brewproof
