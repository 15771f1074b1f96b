// A machine that tells of every k-th act only: its messages are few, and that each comes with an
// act says little of them. That k acts lie from each to the next says more. Scored are the messages
// that come with an act, the k-th since the message before; the first with whatever act, for where
// the machine stood when the run began is not known.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rig/proof/lot_walk.h"

namespace brewproof {

/// Fewer messages prove nothing so, whatever the lots.
inline constexpr std::size_t fewest_for_kth = 4;

/// Every k, 2 at the least, with which n acts give m messages, wherever the count began: those for
/// which k(m-1) < n < k(m+1). Lots are not looked at: n is dealt, and m is of all slots.
[[nodiscard]] std::vector<std::size_t> possible_k(std::size_t acts, std::size_t messages);

/// What lies between a position and the one before it, of other events: acts, and whether their
/// slots show the node too; then the acts since.
struct Between {
  std::uint16_t acts = 0;
  bool shows = false;
  friend auto operator<=>(const Between&, const Between&) = default;
};

[[nodiscard]] constexpr std::size_t every_kth_states(std::size_t k) { return k + 2; }

/// `seen`: the positions that show the node, none of them what its neighbour shows. The state: no
/// message yet, or how many acts since the last one, k meaning too many.
/// `between`, by position: counted are the acts of all events, those of the others as they fell.
[[nodiscard]] LotWalk every_kth_walk(const Bits& seen, std::size_t positions, std::size_t k,
                                     std::span<const Between> between = {});

}  // namespace brewproof
