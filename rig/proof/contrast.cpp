#include "rig/proof/contrast.h"

#include <algorithm>
#include <map>
#include <set>

#include "rig/proof/difference.h"
#include "rig/proof/stratified.h"

namespace brewproof {
namespace {

// Acts of one event in a block, and those that show the message.
struct Shown {
  std::size_t acts = 0, seen = 0;
};
using ByBlock = std::map<int, Shown>;

// Of every event's real acts that count; trials without a block are one draw.
std::map<std::string, ByBlock> shown_by_event(const std::set<std::size_t>& showing,
                                              const ProofInput& input, const Workings& workings) {
  std::map<std::string, ByBlock> events;
  for (const std::size_t t : workings.lineup.used) {
    const Trial& trial = input.trials[t];
    if (trial.sham) continue;
    Shown& shown = events[trial.event][trial.block.value_or(0)];
    ++shown.acts;
    if (showing.contains(t)) ++shown.seen;
  }
  return events;
}

Contrast held_against(const ByBlock& of, const std::string& other, const ByBlock& theirs) {
  Contrast contrast;
  contrast.event = other;
  std::vector<BlockCount> blocks;
  std::size_t hits = 0;
  for (const auto& [block, shown] : of) {
    const auto found = theirs.find(block);
    if (found == theirs.end()) continue;
    blocks.push_back(
        {shown.acts + found->second.acts, shown.acts, shown.seen + found->second.seen});
    hits += shown.seen;
    contrast.trials += static_cast<int>(found->second.acts);
    contrast.hits += static_cast<int>(found->second.seen);
  }
  if (!blocks.empty()) contrast.p = upper_tail(stratified_law(blocks)).at(hits);
  return contrast;
}

}  // namespace

std::vector<std::vector<Contrast>> contrasts_of(const std::vector<Claim>& claims,
                                                const ProofInput& input, const Workings& workings) {
  std::vector<std::vector<Contrast>> all(claims.size());
  std::vector<double> p;
  for (std::size_t c = 0; c < claims.size(); ++c) {
    const TimingTest& test = claims[c].test;
    if (test.how.every > 1) continue;
    std::set<std::size_t> showing;
    for (const Hit& hit : workings.presence[test.node])
      if (hit.window == test.window) showing.insert(hit.trial);
    const auto events = shown_by_event(showing, input, workings);
    const std::string& event = workings.lineup.arms[test.event].event;
    for (const auto& [other, theirs] : events) {
      if (other == event) continue;
      Contrast contrast = held_against(events.at(event), other, theirs);
      if (contrast.trials == 0) continue;
      p.push_back(contrast.p);
      all[c].push_back(std::move(contrast));
    }
  }
  const std::vector<double> adjusted = holm(p);
  std::size_t next = 0;
  for (std::vector<Contrast>& of_claim : all)
    for (Contrast& contrast : of_claim) contrast.p_adjusted = adjusted[next++];
  return all;
}

}  // namespace brewproof
