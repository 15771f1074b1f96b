#include "rig/proof/latency.h"

#include <algorithm>

namespace brewproof {

std::optional<Latency> latency_of(std::vector<std::int64_t> latencies) {
  if (latencies.empty()) return std::nullopt;
  std::sort(latencies.begin(), latencies.end());
  const std::size_t n = latencies.size();
  const std::int64_t low = latencies[(n - 1) / 2], high = latencies[n / 2];
  return Latency{low + (high - low) / 2, latencies[(n * 95 + 99) / 100 - 1], latencies.back()};
}

}  // namespace brewproof
