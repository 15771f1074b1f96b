// Where the windows of neighbouring slots overlap, one message lies in several of them and presence
// says little: a sham shows what the act before it sent. But one message answers one act. So acts
// are paired with messages: in order of time each takes the earliest message in its window that no
// act before it took. All windows being equally long, that pairs as many acts as can be paired at
// all. Counted are the acts that have a message of their own; under lots that fall otherwise the
// acts stand elsewhere, and some find none.
#pragma once

#include <compare>
#include <span>
#include <vector>

#include "rig/proof/lot_walk.h"
#include "rig/proof/presence.h"

namespace brewproof {

/// The messages of a node in one slot's window: [first, end) of Node::messages.
struct InWindow {
  std::size_t first = 0, end = 0;
  friend auto operator<=>(const InWindow&, const InWindow&) = default;
};

/// By position of `arms`, which are in order of time; so `first` and `end` never fall.
[[nodiscard]] std::vector<InWindow> messages_in_windows(const Traffic& traffic,
                                                        const Batches& batches, const Node& node,
                                                        const Arms& arms,
                                                        const std::vector<Trial>& trials,
                                                        const Window& window);

/// Does a message lie in the windows of two slots? Else pairing and presence are the same.
[[nodiscard]] bool any_shared(std::span<const InWindow> windows);

/// Could every slot have a message of its own? Then every fall of the lots has the same score.
[[nodiscard]] bool enough_for_all(std::span<const InWindow> windows);

/// States of own_message_walk.
[[nodiscard]] std::size_t own_message_states(std::span<const InWindow> windows);

/// Scores for each act that finds a message. The state: how many messages, from the first in the
/// slot's window on, are taken.
[[nodiscard]] LotWalk own_message_walk(std::span<const InWindow> windows);

/// By position: the place in Node::messages of what the act there took; `none` of a sham or where
/// there was none left.
[[nodiscard]] std::vector<std::size_t> own_messages(std::span<const InWindow> windows,
                                                    const Bits& acts);

}  // namespace brewproof
