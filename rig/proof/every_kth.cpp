#include "rig/proof/every_kth.h"

#include <algorithm>

namespace brewproof {

std::vector<std::size_t> possible_k(std::size_t acts, std::size_t messages) {
  std::vector<std::size_t> all;
  if (messages < fewest_for_kth) return all;
  for (std::size_t k = 2; k * (messages - 1) < acts; ++k) {
    if (acts < k * (messages + 1)) all.push_back(k);
  }
  return all;
}

LotWalk every_kth_walk(const Bits& seen, std::size_t positions, std::size_t k,
                       std::span<const Between> between) {
  LotWalk walk;
  walk.states = every_kth_states(k);
  walk.ways.reserve(positions * walk.states);
  constexpr std::size_t none_yet = 0, just_seen = 1;
  const auto after = [&](std::size_t state, std::size_t acts) {
    return state == none_yet ? none_yet : std::min(state + acts, k + 1);
  };
  const auto to = [](std::size_t state) { return static_cast<std::uint16_t>(state); };
  for (std::size_t p = 0; p < positions; ++p) {
    const bool shows = has_bit(seen, p);
    const Between gap = between.empty() ? Between{} : between[p];
    for (std::size_t s = 0; s < walk.states; ++s) {
      // In state n, n - 1 acts lie behind the last message: this one is number n.
      const std::size_t here = after(gap.shows ? just_seen : s, gap.acts);
      const bool right = shows && (here == none_yet || here == k);
      walk.ways.push_back({LotWalk::Step{to(shows ? just_seen : here), false},
                           LotWalk::Step{to(shows ? just_seen : after(here, 1)), right}});
    }
  }
  return walk;
}

}  // namespace brewproof
