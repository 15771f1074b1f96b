// Latencies of one finding, in the three numbers that are told of them.
#pragma once

#include <optional>
#include <vector>

#include "rig/model/finding.h"

namespace brewproof {

/// Median: the mean of the middle two where their number is even. 95 %: the nearest rank.
[[nodiscard]] std::optional<Latency> latency_of(std::vector<std::int64_t> latencies);

}  // namespace brewproof
