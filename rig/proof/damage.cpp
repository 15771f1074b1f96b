#include "rig/proof/damage.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

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

std::optional<double> worst_case_p(const Claim& claim, const ProofInput& input,
                                   const Workings& workings) {
  const TimingTest& test = claim.test;
  if (test.how.every != 0 || test.e_value) return std::nullopt;
  const std::string& event = workings.lineup.arms[test.event].event;
  std::set<int> with_loss;  // not lost_blocks: those that were set aside by design stay out
  for (const Trial& trial : input.trials)
    if (trial.block && is_lost(trial)) with_loss.insert(*trial.block);

  bool lost = false;
  std::size_t hits = test.event_hits;
  std::map<int, BlockCount> put_back;
  for (const Trial& trial : input.trials) {
    if (!trial.block || !with_loss.contains(*trial.block) || !is_of(trial, event)) continue;
    const bool seen = is_lost(trial) ? trial.sham
                                     : shows(node_of(claim, workings), trial,
                                             workings.windows[test.window], workings);
    BlockCount& block = put_back[*trial.block];
    ++block.slots;
    if (!trial.sham) ++block.acts;
    if (seen) ++block.seen;
    if (seen && !trial.sham) ++hits;
    lost = lost || is_lost(trial);
  }
  if (!lost) return std::nullopt;
  std::vector<BlockCount> blocks = test.blocks;
  for (const auto& [number, block] : put_back) blocks.push_back(block);
  return upper_tail(stratified_law(blocks)).at(hits);
}

}  // namespace brewproof
