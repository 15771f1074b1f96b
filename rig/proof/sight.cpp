#include "rig/proof/sight.h"

#include <algorithm>
#include <limits>

namespace brewproof {

Sights::Sights(const Traffic& traffic, const Batches& batches, const std::vector<Trial>& trials,
               const std::vector<Arms>& arms)
    : traffic_(traffic), batches_(batches), trials_(trials), arms_(arms) {
  for (const Arms& one : arms) {
    OfEvent& event = events_.emplace_back();
    event.closest_ns = std::numeric_limits<std::int64_t>::max();
    const bool ordered = in_order_of_time(one, trials);
    for (std::size_t p = 0; p < one.trials.size(); ++p) {
      event.position_of.emplace(one.trials[p], p);
      if (!ordered || p == 0) continue;
      event.closest_ns = std::min(event.closest_ns, trials[one.trials[p]].origin_ns() -
                                                        trials[one.trials[p - 1]].origin_ns());
    }
  }
}

std::vector<InWindow> Sights::messages(std::size_t event, const Node& node,
                                       const Window& window) const {
  return messages_in_windows(traffic_, batches_, node, arms_[event], trials_, window);
}

Sight Sights::of(std::size_t event, const Node& node, const Window& window,
                 std::span<const Hit> hits) const {
  const OfEvent& of = events_[event];
  Sight sight{empty_bits(arms_[event].trials.size()), {}};
  for (const Hit& hit : hits) {
    const auto position = of.position_of.find(hit.trial);
    if (position != of.position_of.end()) set_bit(sight.seen, position->second);
  }
  if (of.closest_ns >= window.end_ns - window.begin_ns + 2 * node.tolerance_ns) return sight;
  sight.shared = messages(event, node, window);
  if (!any_shared(sight.shared)) sight.shared.clear();
  return sight;
}

}  // namespace brewproof
