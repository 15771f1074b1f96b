#include "rig/proof/confirm.h"

#include <algorithm>

#include "rig/proof/difference.h"
#include "rig/proof/seen_again.h"
#include "rig/proof/stratified.h"
#include "rig/proof/template.h"

namespace brewproof {
namespace {

bool same_destination(const Destination& a, const Destination& b) {
  if (a.port != b.port) return false;
  return a.name.empty() || b.name.empty() ? a.address == b.address : a.name == b.name;
}

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

/// The positions of the event and its sham that show the claim's message in its window.
Bits seen_in(const Arms& arms, const ClaimToConfirm& claim, const ProofInput& input,
             const Workings& workings) {
  Bits seen = empty_bits(arms.trials.size());
  const Presence presence =
      find_presence(workings.traffic, workings.batches, nodes_of(claim, workings), input.trials,
                    workings.lineup.used, {claim.window});
  for (const std::vector<Hit>& hits : presence)
    for (const Hit& hit : hits) {
      const auto position = std::ranges::find(arms.trials, hit.trial);
      if (position != arms.trials.end())
        set_bit(seen, static_cast<std::size_t>(position - arms.trials.begin()));
    }
  return seen;
}

Confirmation ask(const ClaimToConfirm& claim, const ProofInput& input, const Workings& workings) {
  Confirmation asked;
  asked.claim = claim;
  const Arms* const arms = arms_of(workings, claim.event);
  if (arms == nullptr || arms->act_count == 0 || arms->sham_count == 0) return asked;
  const TimingTest test = count_presence(*arms, seen_in(*arms, claim, input, workings));
  asked.least_p = count_presence(*arms, arms->acts).smallest_p;
  const double p = upper_tail(stratified_law(test.blocks)).at(test.event_hits);
  asked.timing = {static_cast<int>(test.event_hits),
                  static_cast<int>(arms->act_count),
                  static_cast<int>(test.sham_hits),
                  static_cast<int>(arms->sham_count),
                  claim.window,
                  p,
                  p};
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
