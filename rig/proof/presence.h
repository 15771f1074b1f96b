// Which trial shows which node in which window. A message counts for every trial in whose window
// [origin + begin, origin + end) it falls; two of them in one window are one presence.
// A record counts by the time that it states, give or take its tolerance.
// Cost: messages of nodes x windows x trials that overlap.
#pragma once

#include <cstddef>
#include <vector>

#include "rig/model/plan.h"
#include "rig/model/trial.h"
#include "rig/proof/nodes.h"

namespace brewproof {

/// The first message of a node in one trial's window.
struct Hit {
  std::size_t window = 0;   // index into the windows
  std::size_t trial = 0;    // index into the trials
  std::size_t message = 0;  // as the node numbers them
};

/// By node: hits in order of window, then of trial.
using Presence = std::vector<std::vector<Hit>>;

/// `used`: indices of the trials that count, in order of origin. Messages of nodes are in order of
/// time, as their numbers are; records in any.
[[nodiscard]] Presence find_presence(const Traffic& traffic, const Batches& batches,
                                     const std::vector<Node>& nodes,
                                     const std::vector<Trial>& trials,
                                     const std::vector<std::size_t>& used,
                                     const std::vector<Window>& windows);

/// Is the message in the window of the trial?
[[nodiscard]] inline bool in_window(std::int64_t time_ns, const Trial& trial,
                                    const Window& window) {
  const std::int64_t latency = time_ns - trial.origin_ns();
  return latency >= window.begin_ns && latency < window.end_ns;
}

}  // namespace brewproof
