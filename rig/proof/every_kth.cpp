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

LotWalk every_kth_walk(const Bits& seen, std::size_t positions, std::size_t k) {
  LotWalk walk;
  walk.states = every_kth_states(k);
  walk.ways.reserve(positions * walk.states);
  constexpr std::uint16_t none_yet = 0, just_seen = 1;
  for (std::size_t p = 0; p < positions; ++p) {
    const bool shows = has_bit(seen, p);
    for (std::size_t s = 0; s < walk.states; ++s) {
      const auto stay = static_cast<std::uint16_t>(s);
      const auto more =
          s == none_yet ? none_yet : static_cast<std::uint16_t>(std::min(s + 1, k + 1));
      // In state s, s - 1 acts lie behind the last message: this one is number s.
      const bool right = shows && (s == none_yet || s == k);
      walk.ways.push_back({LotWalk::Step{shows ? just_seen : stay, false},
                           LotWalk::Step{shows ? just_seen : more, right}});
    }
  }
  return walk;
}

}  // namespace brewproof
