// Trials x messages -> findings: which messages and which fields each event emits (statistics.md
// 2 to 5). Pure: the same input gives the same findings, byte for byte.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rig/model/finding.h"
#include "rig/model/message.h"
#include "rig/model/plan.h"
#include "rig/model/trial.h"

namespace brewproof {

struct ProofInput {
  Design design;
  std::vector<Trial> trials;            // all of them; excluded ones are counted, not used
  std::vector<Message> messages;        // both directions, any order
  std::vector<std::string> identities;  // serial number, MACs: become {} in templates
  std::uint64_t up_bytes = 0;           // decode's total
  std::int64_t capture_end_ns = 0;      // how long was listened after the last trial
};

struct Proof {
  std::string law;  // "blocks of 4+4" or "one whole-run draw (assumed)"
  std::vector<Finding> findings, candidates;
  std::vector<NoneSeen> none;
  std::vector<Background> background;
  std::vector<Exclusion> exclusions;
  ByteLedger bytes;
  std::vector<std::string> reasons;  // what makes the whole run INCONCLUSIVE: "unconfirmed" ...
};

[[nodiscard]] Proof attribute(const ProofInput& input);

}  // namespace brewproof
