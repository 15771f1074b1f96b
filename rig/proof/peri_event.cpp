#include "rig/proof/peri_event.h"

#include <algorithm>

namespace brewproof {
namespace {

constexpr std::int64_t bins_before = 5, bins_after = 20;

/// Of the node's messages, records at the times that they state; in order.
std::vector<std::int64_t> times_of(const Node& node, const Workings& workings) {
  std::vector<std::int64_t> times;
  times.reserve(node.messages.size());
  for (const std::size_t m : node.messages)
    times.push_back(node.of_records ? workings.batches.all[m].message.time_ns
                                    : workings.traffic.messages[m]->time_ns);
  return times;
}

}  // namespace

PeriEvent peri_event_of(const Claim& claim, const ProofInput& input, const Workings& workings) {
  const Arms& arms = workings.lineup.arms[claim.test.event];
  const std::int64_t end = workings.windows[claim.test.window].end_ns;
  std::int64_t widest = end;
  for (const Window& window : workings.windows) widest = std::max(widest, window.end_ns);
  const std::int64_t shown = std::min(2 * end, widest);

  PeriEvent around;
  around.bin_ns = std::max<std::int64_t>(1, (shown + bins_after - 1) / bins_after);
  around.from_ns = -bins_before * around.bin_ns;
  around.acts.resize(bins_before + bins_after);
  around.shams.resize(bins_before + bins_after);
  const std::vector<std::int64_t> times = times_of(node_of(claim, workings), workings);
  for (std::size_t p = 0; p < arms.trials.size(); ++p) {
    const bool act = has_bit(arms.acts, p);
    ++(act ? around.act_count : around.sham_count);
    const std::int64_t from = input.trials[arms.trials[p]].origin_ns() + around.from_ns;
    std::vector<std::uint64_t>& bins = act ? around.acts : around.shams;
    for (auto t = std::ranges::lower_bound(times, from); t != times.end(); ++t) {
      const auto bin = static_cast<std::size_t>((*t - from) / around.bin_ns);
      if (bin >= bins.size()) break;
      ++bins[bin];
    }
  }
  return around;
}

}  // namespace brewproof
