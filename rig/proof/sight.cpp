#include "rig/proof/sight.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

namespace brewproof {

Sights::Sights(const Traffic& traffic, const Batches& batches, const std::vector<Trial>& trials,
               const std::vector<Arms>& arms)
    : traffic_(traffic), batches_(batches), trials_(trials), arms_(arms) {
  for (const Arms& one : arms) {
    OfEvent& event = events_.emplace_back();
    event.position_of.resize(trials.size(), none);
    event.closest_ns = std::numeric_limits<std::int64_t>::max();
    const bool ordered = event.ordered = in_order_of_time(one, trials);
    for (std::size_t p = 0; p < one.trials.size(); ++p) {
      event.position_of[one.trials[p]] = p;
      if (!ordered || p == 0) continue;
      event.closest_ns = std::min(event.closest_ns, trials[one.trials[p]].origin_ns() -
                                                        trials[one.trials[p - 1]].origin_ns());
    }
    by_time_.insert(by_time_.end(), one.trials.begin(), one.trials.end());
    acts_ += one.act_count;
  }
  std::ranges::sort(by_time_, {},
                    [&](std::size_t t) { return std::pair(trials[t].origin_ns(), t); });
  by_time_.erase(std::ranges::unique(by_time_).begin(),
                 by_time_.end());  // a sham may serve several
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
    const std::size_t position = of.position_of[hit.trial];
    if (position != none) set_bit(sight.seen, position);
  }
  if (of.closest_ns < window.end_ns - window.begin_ns + 2 * node.tolerance_ns) {
    sight.shared = messages(event, node, window);
    if (!any_shared(sight.shared)) sight.shared.clear();
  }
  if (!sight.shared.empty() || !of.ordered || arms_.size() == 1) return sight;
  std::size_t own = 0;
  for (const std::uint64_t word : sight.seen) own += static_cast<std::size_t>(std::popcount(word));
  if (own < fewest_for_kth || own == hits.size()) return sight;
  sight.possible_k = possible_k(acts_, hits.size());
  if (!sight.possible_k.empty()) sight.between = between(event, hits);
  return sight;
}

std::vector<Between> Sights::between(std::size_t event, std::span<const Hit> hits) const {
  Bits shows = empty_bits(trials_.size());
  for (const Hit& hit : hits) set_bit(shows, hit.trial);
  std::vector<Between> between;
  Between gap;
  for (const std::size_t t : by_time_) {
    if (events_[event].position_of[t] != none)
      between.push_back(std::exchange(gap, {}));
    else if (has_bit(shows, t))
      gap = {0, true};  // a message with the act itself comes behind it
    else if (!trials_[t].sham)
      ++gap.acts;
  }
  return between;
}

}  // namespace brewproof
