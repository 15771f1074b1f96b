#include "rig/proof/own_messages.h"

#include <algorithm>

namespace brewproof {
namespace {

/// Calls take(position, message) for each position that is an act, in order; `none` where no
/// message is left.
template <class IsAct, class Take>
void pair_up(std::span<const InWindow> windows, IsAct is_act, Take take) {
  std::size_t free = 0;
  for (std::size_t p = 0; p < windows.size(); ++p) {
    free = std::max(free, windows[p].first);
    if (!is_act(p)) continue;
    const bool any = free < windows[p].end;
    take(p, any ? free : none);
    if (any) ++free;
  }
}

constexpr auto all_act = [](std::size_t) { return true; };

}  // namespace

std::vector<InWindow> messages_in_windows(const Traffic& traffic, const Batches& batches,
                                          const Node& node, const Arms& arms,
                                          const std::vector<Trial>& trials, const Window& window) {
  const auto time_of = [&](std::size_t m) {
    return node.of_records ? batches.all[m].message.time_ns : traffic.messages[m]->time_ns;
  };
  std::vector<InWindow> windows;
  windows.reserve(arms.trials.size());
  const auto begin = node.messages.begin();
  auto first = begin, end = begin;
  for (const std::size_t t : arms.trials) {
    const std::int64_t from = trials[t].origin_ns() + window.begin_ns - node.tolerance_ns;
    const std::int64_t to = trials[t].origin_ns() + window.end_ns + node.tolerance_ns;
    first = std::ranges::lower_bound(first, node.messages.end(), from, {}, time_of);
    end = std::ranges::lower_bound(std::max(first, end), node.messages.end(), to, {}, time_of);
    windows.push_back(
        {static_cast<std::size_t>(first - begin), static_cast<std::size_t>(end - begin)});
  }
  return windows;
}

bool any_shared(std::span<const InWindow> windows) {
  for (std::size_t p = 1; p < windows.size(); ++p) {
    if (windows[p].first < windows[p - 1].end) return true;
  }
  return false;
}

bool enough_for_all(std::span<const InWindow> windows) {
  bool enough = true;
  pair_up(windows, all_act, [&](std::size_t, std::size_t m) { enough = enough && m != none; });
  return enough;
}

std::size_t own_message_states(std::span<const InWindow> windows) {
  // No fall of the lots takes more than if all slots were acts.
  std::size_t most = 0;
  pair_up(windows, all_act, [&](std::size_t p, std::size_t m) {
    if (m != none) most = std::max(most, m + 1 - windows[p].first);
  });
  return most + 1;
}

LotWalk own_message_walk(std::span<const InWindow> windows) {
  LotWalk walk;
  walk.states = own_message_states(windows);
  const std::size_t most = walk.states - 1;
  walk.ways.resize(windows.size() * walk.states);
  for (std::size_t p = 0; p < windows.size(); ++p) {
    const std::size_t passed =
        p + 1 < windows.size() ? windows[p + 1].first - windows[p].first : std::size_t{0};
    const auto state = [&](std::size_t taken) {
      return static_cast<std::uint16_t>(std::min(taken - std::min(taken, passed), most));
    };
    for (std::size_t taken = 0; taken <= most; ++taken) {
      const bool any = windows[p].first + taken < windows[p].end;
      walk.ways[p * walk.states + taken] = {LotWalk::Step{state(taken), false},
                                            LotWalk::Step{state(taken + (any ? 1 : 0)), any}};
    }
  }
  return walk;
}

std::vector<std::size_t> own_messages(std::span<const InWindow> windows, const Bits& acts) {
  std::vector<std::size_t> own(windows.size(), none);
  pair_up(
      windows, [&](std::size_t p) { return has_bit(acts, p); },
      [&](std::size_t p, std::size_t m) { own[p] = m; });
  return own;
}

}  // namespace brewproof
