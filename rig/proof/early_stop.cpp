#include "rig/proof/early_stop.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "rig/proof/attribute.h"
#include "rig/proof/e_value.h"
#include "rig/proof/windows.h"
#include "rig/proof/workings.h"

namespace brewproof {
namespace {

/// The first blocks of an event, as many as there are by then.
Arms first_blocks(const Arms& whole, std::size_t blocks) {
  Arms arms;
  arms.event = whole.event;
  arms.strata.assign(
      whole.strata.begin(),
      whole.strata.begin() + static_cast<std::ptrdiff_t>(std::min(blocks, whole.strata.size())));
  const std::size_t end = arms.strata.empty() ? 0 : arms.strata.back().end;
  arms.trials.assign(whole.trials.begin(), whole.trials.begin() + static_cast<std::ptrdiff_t>(end));
  arms.acts = whole.acts;
  return arms;
}

/// Every pattern that a part of a message makes in one of the windows, by event.
std::vector<std::set<HitPattern>> patterns_of(const std::vector<Arms>& events,
                                              const std::vector<const KeptMessage*>& messages,
                                              const std::vector<std::size_t>& used,
                                              const ProofInput& input,
                                              const std::vector<Window>& windows) {
  std::vector<std::set<HitPattern>> patterns(events.size());
  const Traffic traffic = read_traffic(messages, input.identities);
  const Batches batches = find_batches(traffic);
  const Nodes nodes = find_nodes(traffic, batches);
  const Presence presence = find_presence(traffic, batches, nodes.all, input.trials, used, windows);
  for (const std::vector<Hit>& hits : presence) {
    for (std::size_t begin = 0, end = 0; begin < hits.size(); begin = end) {
      std::vector<bool> shows(input.trials.size());
      for (; end < hits.size() && hits[end].window == hits[begin].window; ++end)
        shows[hits[end].trial] = true;
      for (std::size_t e = 0; e < events.size(); ++e)
        patterns[e].insert(pattern_of(events[e], shows));
    }
  }
  return patterns;
}

EValue best_of(const Stakes& stakes, const Arms& arms) {
  EValue best;
  for (const auto& [pattern, share] : stakes.shares()) {
    const EValue earned = earned_by(pattern, arms, stakes);
    if (ln_won(earned) > ln_won(best)) best = earned;
  }
  return best;
}

}  // namespace

double stake_of_event(std::size_t events) {
  return stake_of_rule / static_cast<double>(std::max<std::size_t>(1, events));
}

double ln_won(const EValue& earned) { return earned.ln_e + std::log(earned.share); }

bool decides(const EValue& earned, double level) { return ln_won(earned) >= -std::log(level); }

bool EarlyLook::may_stop(const StopRule& rule) const {
  return !events.empty() && blocks >= rule.least_blocks &&
         std::ranges::all_of(events,
                             [&](const Betting& event) { return decides(event.best, level); });
}

std::vector<Window> stop_windows(const Design& design) {
  std::int64_t observed = std::numeric_limits<std::int64_t>::max();
  for (const auto& [name, event] : design.events) observed = std::min(observed, event.observe_ns);
  std::vector<Window> windows = with_joined(design.windows);
  std::erase_if(windows, [&](const Window& window) { return window.end_ns > observed; });
  return windows;
}

EarlyLook look_early(const ProofInput& input) {
  EarlyLook look;
  look.level = share_of(input.design.alpha);
  const std::vector<Window> windows = stop_windows(input.design);
  const Lineup lineup = line_up(input.trials);
  std::vector<Arms> events;
  std::size_t blocks = 0;
  for (const Arms& arms : lineup.arms) {
    if (arms.sham_count == 0) continue;
    events.push_back(arms);
    blocks = std::max(blocks, arms.strata.size());
  }
  look.blocks = static_cast<int>(blocks);
  for (const Arms& arms : events)
    look.events.push_back({arms.event, Stakes(stake_of_event(events.size())), {}});
  std::int64_t longest = 0;
  for (const Window& window : windows) longest = std::max(longest, window.end_ns);

  std::vector<const KeptMessage*> by_time;
  for (const KeptMessage& message : input.messages)
    if (message.from_dut) by_time.push_back(&message);
  std::ranges::sort(by_time, {}, &KeptMessage::time_ns);

  for (std::size_t b = 1; b <= blocks; ++b) {
    std::vector<Arms> until;
    std::vector<std::size_t> used;
    for (const Arms& arms : events) {
      until.push_back(first_blocks(arms, b));
      used.insert(used.end(), until.back().trials.begin(), until.back().trials.end());
    }
    const auto origin = [&](std::size_t t) { return input.trials[t].origin_ns(); };
    // A pooled sham is in the line-up of every event.
    std::ranges::sort(used);
    used.erase(std::ranges::unique(used).begin(), used.end());
    std::ranges::sort(used, {}, [&](std::size_t t) { return std::pair(origin(t), t); });
    const std::int64_t over = origin(used.back()) + longest;
    const auto end = std::ranges::lower_bound(by_time, over, {}, &KeptMessage::time_ns);
    const auto patterns = patterns_of(until, {by_time.begin(), end}, used, input, windows);
    for (std::size_t e = 0; e < until.size(); ++e) {
      look.events[e].stakes.add_block(patterns[e]);
      if (b == blocks) look.events[e].best = best_of(look.events[e].stakes, until[e]);
    }
  }
  return look;
}

HitPattern pattern_of(const Arms& arms, const std::vector<bool>& shows) {
  HitPattern pattern;
  for (const Stratum& stratum : arms.strata) {
    for (std::size_t p = stratum.begin; p < stratum.end; ++p)
      pattern += shows[arms.trials[p]] ? '1' : '0';
    pattern += '|';
  }
  return pattern;
}

EValue earned_by(const HitPattern& pattern, const Arms& arms, const Stakes& stakes) {
  LotBets bets;
  std::size_t at = 0;
  for (const Stratum& stratum : arms.strata) {
    BlockCount block{stratum.size(), stratum.acts, 0};
    std::size_t hits = 0;
    for (std::size_t p = stratum.begin; p < stratum.end; ++p, ++at) {
      if (pattern[at] != '1') continue;
      ++block.seen;
      if (has_bit(arms.acts, p)) ++hits;
    }
    ++at;  // the border
    bets.add(block, hits);
  }
  return {bets.log_e(), stakes.share_of(pattern)};
}

double p_adjusted_of(const EValue& earned) { return p_of_log_e(ln_won(earned)); }

}  // namespace brewproof
