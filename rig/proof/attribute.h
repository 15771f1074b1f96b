// Trials x messages -> findings: which messages and which fields each event emits (statistics.md
// 2 to 5). Pure: the same input gives the same findings, byte for byte.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rig/model/finding.h"
#include "rig/model/kept_message.h"
#include "rig/model/plan.h"
#include "rig/model/trial.h"
#include "rig/proof/categories.h"
#include "rig/proof/early_stop.h"

namespace brewproof {

struct ProofInput {
  Design design;
  std::vector<Trial> trials;            // all of them; excluded ones are counted, not used
  std::vector<KeptMessage> messages;    // both directions, any order
  std::vector<std::string> identities;  // serial number, MACs: become {} in templates
  std::uint64_t up_bytes = 0;           // decode's total
  std::int64_t capture_end_ns = 0;      // how long was listened after the last trial; 0: unknown
  std::vector<Pause> pauses;            // their bytes are accounted for apart
  std::uint64_t stop_bytes = 0;         // of messages in stops for service; not among `messages`
  std::vector<ClaimToConfirm> to_confirm = {};  // claims of an earlier run
  int committed_blocks = 0;  // later blocks are reserve: their parameters were dealt apart; 0: none
  /// What the plan's rule saw when it ended the run (Design::stop); absent: it did not.
  std::optional<EarlyLook> stopped = {};
  DataCategories categories = {};  // names for what is found; they change no claim
};

struct Proof {
  std::string law;  // "blocks of 4+4" or "one whole-run draw (assumed)"
  std::vector<Finding> findings, candidates;
  std::vector<NoneSeen> none;
  std::vector<Background> background;
  std::vector<SentSignature> signatures;
  std::vector<Exclusion> exclusions;
  std::vector<DamageBalance> damage;
  ByteLedger bytes;
  std::vector<Confirmation> confirmations;  // of `to_confirm`
  std::vector<Unprovable> unprovable;       // what "no-sham" and "too-few-trials" are about
  /// What makes the whole run INCONCLUSIVE: "unconfirmed" (more than 5 % of the acts: then nothing
  /// is claimed and nothing asserted), "no-trials", "no-sham" (an event without any),
  /// "too-few-trials" (an event that even perfect separation could not prove), "too-few-draws".
  std::vector<std::string> reasons;
};

/// Never fails: what cannot be proved is said in `reasons`. Findings are in order of event, then of
/// p: F1, F2 ...; candidates likewise: C1, C2 ...
[[nodiscard]] Proof attribute(const ProofInput& input);

}  // namespace brewproof
