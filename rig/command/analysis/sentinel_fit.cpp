#include "rig/command/analysis/sentinel_fit.h"

#include <algorithm>
#include <boost/icl/interval_set.hpp>
#include <map>

namespace brewproof {
namespace {

using Offsets = boost::icl::interval_set<std::int64_t>;
using Span = Offsets::interval_type;

// A capture may hold any number of frames that look like ours: each is held against each trial.
constexpr std::size_t most_pairs = 50'000'000;
// A clock that is stepped or runs away between two sentinels has no offset.
constexpr std::int64_t most_drift_ns = 500'000'000;

std::vector<ClockRange> blocks_of(const std::vector<Trial>& trials) {
  std::map<int, ClockRange> by_block;
  for (const Trial& trial : trials) {
    const auto [at, is_new] =
        by_block.try_emplace(trial.block.value_or(0), ClockRange{trial.start_ns, trial.end_ns});
    at->second.from_ns = std::min(at->second.from_ns, trial.start_ns);
    at->second.to_ns = std::max(at->second.to_ns, trial.end_ns);
  }
  std::vector<ClockRange> blocks;
  blocks.reserve(by_block.size());
  for (const auto& [block, range] : by_block) blocks.push_back(range);
  std::ranges::sort(blocks, {}, &ClockRange::from_ns);
  return blocks;
}

// Offsets at which the log has room for every sentinel: all trials lie between the first and the
// last of them, one lies between any two blocks, and none within a trial.
Offsets offsets_with_room(const std::vector<Trial>& trials,
                          const std::vector<SentinelSeen>& sentinels) {
  const auto [first, last] = std::ranges::minmax_element(sentinels, {}, &SentinelSeen::captured_ns);
  const std::vector<ClockRange> blocks = blocks_of(trials);
  std::int64_t end_ns = 0;
  for (const ClockRange& block : blocks) end_ns = std::max(end_ns, block.to_ns);
  Offsets room;
  room += Span::closed(end_ns - last->captured_ns, blocks.front().from_ns - first->captured_ns);
  for (std::size_t b = 1; b < blocks.size(); ++b) {
    Offsets between;
    for (const SentinelSeen& sentinel : sentinels)
      between += Span::closed(blocks[b - 1].to_ns - sentinel.captured_ns,
                              blocks[b].from_ns - sentinel.captured_ns);
    room &= between;
  }
  for (const SentinelSeen& sentinel : sentinels) {
    if (room.empty()) break;
    for (const Trial& trial : trials)
      room -=
          Span::open(trial.start_ns - sentinel.captured_ns, trial.end_ns - sentinel.captured_ns);
  }
  return room;
}

// The sender's clock against the capture's, where every sentinel says when it was sent.
std::optional<ClockRange> said_offsets(const std::vector<SentinelSeen>& sentinels) {
  std::vector<std::int64_t> offsets;
  for (const SentinelSeen& sentinel : sentinels) {
    if (!sentinel.sent_ns) return std::nullopt;
    offsets.push_back(*sentinel.sent_ns - sentinel.captured_ns);
  }
  const auto [least, most] = std::ranges::minmax(offsets);
  if (most - least > most_drift_ns) return std::nullopt;
  return ClockRange{least, most};
}

// No offset, where that is among them, else the middle; and how far the ends are from it.
SentinelFit fit_of(const ClockRange& offsets) {
  SentinelFit fit;
  if (offsets.from_ns > 0 || offsets.to_ns < 0)
    fit.offset_ns = offsets.from_ns + (offsets.to_ns - offsets.from_ns) / 2;
  fit.uncertainty_ns = std::max(offsets.to_ns - fit.offset_ns, fit.offset_ns - offsets.from_ns);
  return fit;
}

}  // namespace

SentinelFit fit_sentinels(const std::vector<Trial>& trials,
                          const std::vector<SentinelSeen>& sentinels) {
  if (trials.empty() || sentinels.size() < 2) return {0, 0, "no-sentinels"};
  if (sentinels.size() > most_pairs / trials.size()) return {0, 0, "sentinels-ambiguous"};
  const Offsets room = offsets_with_room(trials, sentinels);
  if (room.empty()) return {0, 0, "sentinels-disagree"};
  // What they say must leave the log room: else another clock than the sender's wrote it. The one
  // that was least on its way tells it best.
  if (const auto said = said_offsets(sentinels); said && boost::icl::contains(room, said->to_ns))
    return {said->to_ns, said->to_ns - said->from_ns, ""};
  if (room.iterative_size() != 1) return {0, 0, "sentinels-ambiguous"};
  return fit_of({boost::icl::first(room), boost::icl::last(room)});
}

}  // namespace brewproof
