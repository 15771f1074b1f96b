#include "rig/proof/damage.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "rig/proof/e_value.h"
#include "rig/proof/early_stop.h"
#include "rig/proof/stratified.h"

namespace brewproof {
namespace {

/// By the rig. The blocks that a gateway leaves untouched are set aside by design.
bool is_lost(const Trial& trial) {
  return trial.status == TrialStatus::excluded && !trial.with_block && trial.reason != "untouched";
}

double two_sided(const Law& law, std::size_t seen) {
  double up = 0, down = 0;
  for (std::size_t i = 0; i < law.probability.size(); ++i) {
    if (law.first + i >= seen) up += law.probability[i];
    if (law.first + i <= seen) down += law.probability[i];
  }
  return std::min(1.0, 2 * std::min(up, down));
}

DamageBalance balance_of(const std::string& event, const std::vector<Trial>& trials) {
  DamageBalance balance;
  balance.event = event;
  std::map<int, BlockCount> blocks;  // "seen": lost
  for (const Trial& trial : trials) {
    if (!trial.block || !is_of(trial, event)) continue;
    BlockCount& block = blocks[*trial.block];
    ++block.slots;
    ++(trial.sham ? balance.shams : balance.acts);
    if (!trial.sham) ++block.acts;
    if (!is_lost(trial)) continue;
    ++block.seen;
    ++(trial.sham ? balance.shams_lost : balance.acts_lost);
  }
  std::vector<BlockCount> counts;
  counts.reserve(blocks.size());
  for (const auto& [number, block] : blocks) counts.push_back(block);
  balance.p = two_sided(stratified_law(counts), static_cast<std::size_t>(balance.acts_lost));
  return balance;
}

/// A record may lie where it states, give or take its tolerance.
bool shows(const Node& node, const Trial& trial, const Window& window, const Workings& workings) {
  return std::ranges::any_of(node.messages, [&](std::size_t m) {
    const std::int64_t time_ns = node.of_records ? workings.batches.all[m].message.time_ns
                                                 : workings.traffic.messages[m]->time_ns;
    const std::int64_t latency = time_ns - trial.origin_ns();
    return latency + node.tolerance_ns >= window.begin_ns &&
           latency - node.tolerance_ns < window.end_ns;
  });
}

/// The blocks that lost trials of the claim's event, in its worst case.
struct PutBack {
  std::vector<BlockCount> blocks;
  std::vector<std::size_t> block_hits;  // acts that show it
};

std::optional<PutBack> put_back(const Claim& claim, const ProofInput& input,
                                const Workings& workings) {
  const TimingTest& test = claim.test;
  const std::string& event = workings.lineup.arms[test.event].event;
  std::set<int> with_loss;  // not lost_blocks: those that were set aside by design stay out
  for (const Trial& trial : input.trials)
    if (trial.block && is_lost(trial)) with_loss.insert(*trial.block);

  bool lost = false;
  std::map<int, std::pair<BlockCount, std::size_t>> by_number;
  for (const Trial& trial : input.trials) {
    if (!trial.block || !with_loss.contains(*trial.block) || !is_of(trial, event)) continue;
    const bool seen = is_lost(trial) ? trial.sham
                                     : shows(node_of(claim, workings), trial,
                                             workings.windows[test.window], workings);
    auto& [block, hits] = by_number[*trial.block];
    ++block.slots;
    if (!trial.sham) ++block.acts;
    if (seen) ++block.seen;
    if (seen && !trial.sham) ++hits;
    lost = lost || is_lost(trial);
  }
  if (!lost) return std::nullopt;
  PutBack back;
  for (const auto& [number, block] : by_number) {
    back.blocks.push_back(block.first);
    back.block_hits.push_back(block.second);
  }
  return back;
}

/// Of what is counted, over the blocks that were not lost.
Law law_of_claim(const TimingTest& test, const ProofInput& input, const Workings& workings) {
  if (test.how.every == 0) return stratified_law(test.blocks);
  const Arms& arms = workings.lineup.arms[test.event];
  return law_of(lot_walk_of(sight_of(test, input, workings), arms, test.how), arms);
}

}  // namespace

std::vector<DamageBalance> balance_of_damage(const std::vector<Trial>& trials) {
  std::set<std::string> events;
  for (const Trial& trial : trials)
    if (!trial.event.empty()) events.insert(trial.event);
  std::vector<DamageBalance> all;
  for (const std::string& event : events) {
    const DamageBalance balance = balance_of(event, trials);
    if (balance.acts_lost + balance.shams_lost != 0) all.push_back(balance);
  }
  return all;
}

std::optional<WorstCase> worst_case_of(const Claim& claim, const ProofInput& input,
                                       const Workings& workings) {
  const std::optional<PutBack> lost = put_back(claim, input, workings);
  if (!lost) return std::nullopt;
  const TimingTest& test = claim.test;
  if (test.e_value) {
    LotBets bets;
    for (std::size_t b = 0; b < test.blocks.size(); ++b)
      bets.add(test.blocks[b], test.block_hits[b]);
    for (std::size_t b = 0; b < lost->blocks.size(); ++b)
      bets.add(lost->blocks[b], lost->block_hits[b]);
    const EValue worst{bets.log_e(), test.e_value->share};
    return WorstCase{p_of_log_e(worst.ln_e), p_adjusted_of(worst)};
  }
  const Law law = convolution(law_of_claim(test, input, workings), stratified_law(lost->blocks));
  std::size_t score = test.how.every == 0 ? test.event_hits : test.score;
  for (const std::size_t hits : lost->block_hits) score += hits;
  const double p = upper_tail(law).at(score);
  return WorstCase{p, std::min(1.0, p * static_cast<double>(workings.timing.distinct))};
}

}  // namespace brewproof
