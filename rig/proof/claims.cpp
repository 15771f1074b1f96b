#include "rig/proof/claims.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "rig/proof/step_down.h"

namespace brewproof {
namespace {

/// By (event, signature): its tests, the most surprising first; of equals the whole unit's, then
/// the shortest window's, then the first.
std::vector<std::vector<std::size_t>> ranked_tests(const TimingFamily& timing, const Nodes& nodes,
                                                   const std::vector<Window>& windows) {
  const auto rank = [&](std::size_t t) {
    const TimingTest& test = timing.tests[t];
    const Window& w = windows[test.window];
    // Of bets the shares of the stake differ.
    const double surprise = test.e_value ? test.p_adjusted : test.p;
    return std::tuple(surprise, test.node, w.end_ns - w.begin_ns, w.begin_ns, test.window,
                      test.how.every, t);
  };
  std::map<std::pair<std::size_t, std::size_t>, std::vector<std::size_t>> by_unit;
  for (std::size_t t = 0; t < timing.tests.size(); ++t) {
    const TimingTest& test = timing.tests[t];
    by_unit[{test.event, nodes.all[test.node].signature}].push_back(t);
  }
  std::vector<std::vector<std::size_t>> ranked;
  ranked.reserve(by_unit.size());
  for (auto& [of, tests] : by_unit) {
    std::ranges::sort(tests, {}, rank);
    ranked.push_back(std::move(tests));
  }
  return ranked;
}

/// No message is in both.
bool are_apart(const Node& a, const Node& b) {
  if (a.of_records != b.of_records) return false;
  auto one = a.messages.begin(), other = b.messages.begin();
  while (one != a.messages.end() && other != b.messages.end()) {
    if (*one == *other) return false;
    ++(*one < *other ? one : other);
  }
  return true;
}

/// Of one unit's tests at the level the most surprising one, and of other parts of the unit, which
/// share no message with those before, the most surprising of each: a sale and the drink that it
/// pays for may be two records of one kind.
std::vector<std::size_t> claimed_of(const std::vector<std::size_t>& ranked,
                                    const TimingFamily& timing, const Nodes& nodes, double level) {
  std::vector<std::size_t> claimed;
  for (const std::size_t t : ranked) {
    const TimingTest& test = timing.tests[t];
    const auto apart = [&](std::size_t known) {
      return are_apart(nodes.all[timing.tests[known].node], nodes.all[test.node]);
    };
    if (test.p_adjusted <= level && std::ranges::all_of(claimed, apart)) claimed.push_back(t);
  }
  return claimed;
}

/// By trial: the message that belongs to it, as the node numbers them.
using MessageOf = std::map<std::size_t, std::size_t>;

/// By trial: the message that belongs to it, the first in its window or, of a pairing, its own.
MessageOf messages_by_trial(const ProofInput& input, const Workings& workings,
                            const TimingTest& test) {
  MessageOf message_of;
  if (test.how.every == 1) {
    const Arms& arms = workings.lineup.arms[test.event];
    const Node& node = workings.nodes.all[test.node];
    const auto own =
        own_messages(messages_in_windows(workings.traffic, workings.batches, node, arms,
                                         input.trials, workings.windows[test.window]),
                     arms.acts);
    for (std::size_t p = 0; p < own.size(); ++p) {
      if (own[p] != none) message_of.emplace(arms.trials[p], node.messages[own[p]]);
    }
    return message_of;
  }
  for (const Hit& hit : workings.presence[test.node]) {
    if (hit.window == test.window) message_of.emplace(hit.trial, hit.message);
  }
  return message_of;
}

/// Of every act its message, acts in order of time.
Claim claim_of(const ProofInput& input, const Workings& workings, const TimingTest& test,
               const MessageOf& message_of) {
  Claim claim{test, {}, {}, {}};
  const std::string& event = workings.lineup.arms[test.event].event;
  std::vector<FieldRow> rows;
  for (const std::size_t t : workings.lineup.used) {
    const Trial& trial = input.trials[t];
    const auto message = message_of.find(t);
    if (trial.sham || trial.event != event || message == message_of.end()) continue;
    claim.first.push_back(message->second);
    if (workings.nodes.all[test.node].of_records) {
      const BatchRecord& record = workings.batches.all[message->second];
      rows.push_back({&trial, &record.message, workings.traffic.messages[record.carrier]});
    } else {
      rows.push_back({&trial, workings.traffic.messages[message->second], nullptr});
    }
  }
  claim.table = field_table(rows);
  claim.stimuli.resize(claim.table.columns.size());
  return claim;
}

Claim claim_by_itself(const ProofInput& input, const Workings& workings, const TimingTest& test) {
  return claim_of(input, workings, test, messages_by_trial(input, workings, test));
}

/// What two events send alike must be dealt out to the acts of both: a drink that is sold says the
/// same as one that is asked for. In order of time each act takes the earliest message in its
/// claim's window that no act of either took.
std::vector<MessageOf> dealt_out(const ProofInput& input, const Workings& workings,
                                 const std::vector<std::size_t>& claims) {
  std::vector<MessageOf> dealt(claims.size());
  std::set<std::size_t> taken;
  for (const std::size_t t : workings.lineup.used) {
    const Trial& trial = input.trials[t];
    if (trial.sham) continue;
    for (std::size_t i = 0; i < claims.size(); ++i) {
      const Claim& claim = workings.claims[claims[i]];
      if (workings.lineup.arms[claim.test.event].event != trial.event) continue;
      const auto time_of = [&](std::size_t m) { return workings.traffic.messages[m]->time_ns; };
      const Window& window = workings.windows[claim.test.window];
      const auto& messages = node_of(claim, workings).messages;
      auto m = std::ranges::lower_bound(messages, trial.origin_ns() + window.begin_ns, {}, time_of);
      while (m != messages.end() && taken.contains(*m)) ++m;
      if (m == messages.end() || !in_window(time_of(*m), trial, window)) continue;
      taken.insert(*m);
      dealt[i].emplace(t, *m);
    }
  }
  return dealt;
}

/// Claims of several events on one unit. Where dealing out leaves one with fewer messages than by
/// itself, the events share them, and all stays.
void deal_out(const ProofInput& input, Workings& workings) {
  std::map<std::size_t, std::vector<std::size_t>> on_unit;
  for (std::size_t c = 0; c < workings.claims.size(); ++c) {
    const Node& node = node_of(workings.claims[c], workings);
    if (!node.of_records) on_unit[node.signature].push_back(c);
  }
  for (const auto& [unit, claims] : on_unit) {
    std::set<std::size_t> events;
    for (const std::size_t c : claims) events.insert(workings.claims[c].test.event);
    if (events.size() < 2) continue;
    const std::vector<MessageOf> dealt = dealt_out(input, workings, claims);
    bool enough = true;
    for (std::size_t i = 0; i < claims.size(); ++i)
      enough = enough && dealt[i].size() >= workings.claims[claims[i]].first.size();
    if (!enough) continue;
    for (std::size_t i = 0; i < claims.size(); ++i) {
      Claim& claim = workings.claims[claims[i]];
      claim = claim_of(input, workings, claim.test, dealt[i]);
    }
  }
}

void sort_claims(std::vector<Claim>& claims) {
  std::sort(claims.begin(), claims.end(), [](const Claim& a, const Claim& b) {
    return std::tie(a.test.event, a.test.p, a.test.node) <
           std::tie(b.test.event, b.test.p, b.test.node);
  });
}

}  // namespace

void choose_claims(const ProofInput& input, Workings& workings, double level) {
  std::vector<double> p;
  std::vector<std::size_t> in_family;
  for (std::size_t t = 0; t < workings.timing.tests.size(); ++t) {
    if (workings.timing.tests[t].smallest_p > hopeless_p) continue;
    in_family.push_back(t);
    p.push_back(workings.timing.tests[t].p);
  }
  std::vector<bool> discovered(workings.timing.tests.size());
  const std::vector<bool> found = benjamini_hochberg(p, candidate_rate);
  for (std::size_t i = 0; i < found.size(); ++i) discovered[in_family[i]] = found[i];

  for (const auto& ranked : ranked_tests(workings.timing, workings.nodes, workings.windows)) {
    const auto claimed = claimed_of(ranked, workings.timing, workings.nodes, level);
    for (const std::size_t t : claimed)
      workings.claims.push_back(claim_by_itself(input, workings, workings.timing.tests[t]));
    const std::size_t best = ranked.front();
    if (claimed.empty() && discovered[best])
      workings.candidates.push_back(claim_by_itself(input, workings, workings.timing.tests[best]));
  }
  deal_out(input, workings);
  sort_claims(workings.claims);
  sort_claims(workings.candidates);
}

}  // namespace brewproof
