#include "rig/proof/confirm.h"

#include <algorithm>

#include "rig/proof/difference.h"
#include "rig/proof/seen_again.h"
#include "rig/proof/stratified.h"
#include "rig/proof/template.h"

namespace brewproof {
namespace {

std::vector<Node> nodes_of(const ClaimToConfirm& claim, const Workings& workings) {
  std::vector<Node> nodes;
  for (const Node& node : workings.nodes.all) {
    const Signature& signature = workings.traffic.signatures[node.signature];
    if (node.label == claim.node.value_or("") && signature.protocol == claim.protocol &&
        signature.tls == claim.tls && same_destination(signature.destination, claim.destination) &&
        same_template(signature.message, claim.message))
      nodes.push_back(node);
  }
  return nodes;
}

/// What the positions of the event and its sham show of the claim's message in its window. Nodes
/// that the claim's template covers are one, if all are of messages; else slots show any of them.
Sight sight_of(const Arms& arms, const ClaimToConfirm& claim, const ProofInput& input,
               const Workings& workings) {
  std::vector<Node> nodes = nodes_of(claim, workings);
  const bool records = std::ranges::any_of(nodes, &Node::of_records);
  if (nodes.size() > 1 && !records) {
    std::vector<std::size_t>& all = nodes.front().messages;
    for (std::size_t n = 1; n < nodes.size(); ++n)
      all.insert(all.end(), nodes[n].messages.begin(), nodes[n].messages.end());
    std::ranges::sort(all);  // messages are numbered by time
    nodes.resize(1);
  }
  const Presence presence = find_presence(workings.traffic, workings.batches, nodes, input.trials,
                                          workings.lineup.used, {claim.window});
  const Sights sights(workings.traffic, workings.batches, input.trials, workings.lineup.arms);
  const auto event = static_cast<std::size_t>(&arms - workings.lineup.arms.data());
  if (nodes.size() == 1) {
    Sight sight = sights.of(event, nodes.front(), claim.window, presence.front());
    if (claim.all_events) sight.between = sights.between(event, presence.front());
    return sight;
  }
  Sight any{empty_bits(arms.trials.size()), {}};
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    const Sight one = sights.of(event, nodes[n], claim.window, presence[n]);
    for (std::size_t word = 0; word < any.seen.size(); ++word) any.seen[word] |= one.seen[word];
  }
  return any;
}

/// As the claim was found; where windows overlap now and did not then, or the other way round, as
/// these trials need it.
Counting how_to_ask(const ClaimToConfirm& claim, const Sight& sight, const Arms& arms) {
  if (claim.every > 1) return {static_cast<std::size_t>(claim.every), claim.all_events};
  const std::vector<Counting> tests = tests_of(sight, arms);
  return tests.empty() ? Counting{} : tests.front();
}

Confirmation ask(const ClaimToConfirm& claim, const ProofInput& input, const Workings& workings) {
  Confirmation asked;
  asked.claim = claim;
  const Arms* const arms = arms_of(workings, claim.event);
  if (arms == nullptr || arms->act_count == 0 || arms->sham_count == 0) return asked;
  const Sight sight = sight_of(*arms, claim, input, workings);
  const TimingTest test = test_by(sight, *arms, how_to_ask(claim, sight, *arms));
  asked.least_p = count_presence(*arms, arms->acts).smallest_p;
  asked.timing = {static_cast<int>(test.event_hits),
                  static_cast<int>(arms->act_count),
                  static_cast<int>(test.sham_hits),
                  static_cast<int>(arms->sham_count),
                  claim.window,
                  test.p,
                  test.p,
                  counted_by(test)};
  return asked;
}

void judge(Confirmation& asked, std::size_t claims, bool unconfirmed) {
  const auto doubt = [&](const char* reason) {
    asked.verdict = "inconclusive";
    asked.reason = reason;
  };
  if (!asked.timing) return doubt("not-tried");
  if (unconfirmed) return doubt("unconfirmed");
  if (asked.timing->p_adjusted <= confirm_alpha)
    asked.verdict = "confirmed";
  else if (asked.least_p * static_cast<double>(claims) > confirm_alpha)
    doubt("too-few-trials");
  else
    asked.verdict = "not_confirmed";
}

}  // namespace

bool same_destination(const Destination& a, const Destination& b) {
  if (a.port != b.port || a.from_terminal != b.from_terminal) return false;
  return a.name.empty() || b.name.empty() ? a.address == b.address : a.name == b.name;
}

bool same_template(std::string_view a, std::string_view b) {
  return agree_by_segment(a, b, "/ ", [](char, std::string_view one, std::string_view other) {
    return one == "{}" || other == "{}";
  });
}

std::vector<Confirmation> confirm(const std::vector<ClaimToConfirm>& claims,
                                  const ProofInput& input, const Workings& workings) {
  std::vector<Confirmation> all;
  std::vector<double> p;
  for (const ClaimToConfirm& claim : claims) {
    all.push_back(ask(claim, input, workings));
    p.push_back(all.back().timing ? all.back().timing->p : 1);
  }
  const std::vector<double> adjusted = holm(p);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].timing) all[i].timing->p_adjusted = adjusted[i];
    judge(all[i], all.size(), workings.lineup.too_many_unconfirmed);
  }
  return all;
}

}  // namespace brewproof
