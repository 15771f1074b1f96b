// Everything that is computed on the way from trials and messages to findings, kept so that
// `explain` can lay it open. Holds pointers into the ProofInput, which must outlive it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rig/model/alpha_shares.h"
#include "rig/proof/arms.h"
#include "rig/proof/attribute.h"
#include "rig/proof/carried.h"
#include "rig/proof/confounded.h"
#include "rig/proof/content.h"
#include "rig/proof/fields.h"
#include "rig/proof/nodes.h"
#include "rig/proof/presence.h"
#include "rig/proof/timing.h"
#include "rig/proof/totals.h"
#include "rig/proof/traffic.h"

namespace brewproof {

/// (event, signature) in the node and the window where it is most surprising.
struct Claim {
  TimingTest test;
  std::vector<std::size_t> first;  // of each act that shows it, acts by time, as the node numbers
  FieldTable table;                // of those messages
  std::vector<std::optional<Stimulus>> stimuli;  // by column; a text that holds two parameters
                                                 // stands there twice
};

/// An event's parameters that ride on a unit which the event was not found to send.
struct Carried {
  std::size_t event = 0, signature = 0;
  struct Part {
    FieldTable table;  // of one parameter: its state ends where it is set again
    std::vector<std::optional<Stimulus>> stimuli;  // by column
  };
  std::vector<Part> parts;  // by parameter, those that were found; of totals alone one without any
  std::vector<std::size_t> totals;  // among Totals::tests, those that are claimed of the unit
};

struct Workings {
  Lineup lineup;
  std::vector<Window> windows;  // declared ones first, then those joined from them
  Traffic traffic;
  Batches batches;
  Nodes nodes;
  Presence presence;
  TimingFamily timing;
  std::size_t all_parameters = 1;  // drawn ones of all events, those that went together once
  std::vector<Untold> untold;      // by event: what its acts cannot tell of its parameters
  /// By event: how the values of each parameter that was searched came about.
  std::vector<std::map<std::string, ParameterKind>> parameter_kinds;
  std::vector<Claim> claims;  // in order of event, p, node
  Totals totals;
  std::vector<Carried> carried;  // in order of event, signature
  /// By event: could timing have shown what it sends? Else what carries its parameters is a
  /// candidate only.
  std::vector<bool> timed;
  std::vector<Claim> candidates;     // as the claims: C1, C2 ...
  std::vector<std::string> reasons;  // why nothing, or not everything, can be claimed
};

/// A finding or a candidate: what an event sends, or what carries its parameters.
struct Stated {
  std::string
      id;  // F1, F2 ...: in order of event, what it sends before what carries it; then C1 ...
  bool candidate = false;
  const Claim* sent = nullptr;
  const Carried* carried = nullptr;  // one of the two
};
/// All that is stated, in order. Points into `workings`.
[[nodiscard]] std::vector<Stated> stated(const Workings& workings);

/// What the claim is about: all of it (its unit), and the part that the claim was tested on.
[[nodiscard]] inline const Node& node_of(const Claim& claim, const Workings& workings) {
  return workings.nodes.all[claim.test.node];
}
[[nodiscard]] inline const Signature& signature_of(const Claim& claim, const Workings& workings) {
  return workings.traffic.signatures[node_of(claim, workings).signature];
}

/// What the test looked at: asked again, as the sights of all tests would not fit.
[[nodiscard]] Sight sight_of(const TimingTest& test, const ProofInput& input,
                             const Workings& workings);

/// What p_adjusted of a timing claim may be: in a run that its rule stopped all of timing's share,
/// as the stakes hold the rule's part of it already.
[[nodiscard]] inline double timing_level(const ProofInput& input) {
  return input.stopped ? share_of(input.design.alpha)
                       : exact_share(input.design.alpha, input.design.stop.has_value());
}
/// False discovery rate of the candidates.
inline constexpr double candidate_rate = 0.05;

/// In order of time.
[[nodiscard]] std::vector<const Trial*> acts_of(const ProofInput& input, const Arms& arms);

[[nodiscard]] Workings work_out(const ProofInput& input);

}  // namespace brewproof
