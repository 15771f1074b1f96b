// Everything that is computed on the way from trials and messages to findings, kept so that
// `explain` can lay it open. Holds pointers into the ProofInput, which must outlive it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rig/proof/arms.h"
#include "rig/proof/attribute.h"
#include "rig/proof/content.h"
#include "rig/proof/fields.h"
#include "rig/proof/nodes.h"
#include "rig/proof/presence.h"
#include "rig/proof/timing.h"
#include "rig/proof/traffic.h"

namespace brewproof {

/// (event, signature) in the node and the window where it is most surprising.
struct Claim {
  TimingTest test;
  std::vector<std::size_t> first;  // the first message of each act that shows it, acts by time
  FieldTable table;                // of those messages
  std::vector<std::optional<Stimulus>> stimuli;  // by column
};

struct Workings {
  Lineup lineup;
  std::vector<Window> windows;
  Traffic traffic;
  Nodes nodes;
  Presence presence;
  TimingFamily timing;
  std::size_t all_parameters = 1;    // drawn ones of all events
  std::vector<Claim> claims;         // in order of event, p, signature: F1, F2 ...
  std::vector<Claim> candidates;     // likewise: C1, C2 ...
  std::vector<std::string> reasons;  // why nothing, or not everything, can be claimed
};

/// What the claim is about: all of it (its unit), and the part that the claim was tested on.
[[nodiscard]] inline const Node& node_of(const Claim& claim, const Workings& workings) {
  return workings.nodes.all[claim.test.node];
}
[[nodiscard]] inline const Signature& signature_of(const Claim& claim, const Workings& workings) {
  return workings.traffic.signatures[node_of(claim, workings).signature];
}

/// Timing's and content's share of alpha.
[[nodiscard]] inline double share_of(double alpha) { return alpha / 2; }
/// False discovery rate of the candidates.
inline constexpr double candidate_rate = 0.05;

[[nodiscard]] Workings work_out(const ProofInput& input);

/// Can this event be proved at all: does perfect separation reach the level?
[[nodiscard]] bool provable(const Arms& arms, double level);

}  // namespace brewproof
