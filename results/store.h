// results.sqlite: the index of a run, not its evidence. It can be rebuilt from the run folder at
// any time (faults.md, "The journal"). WAL, synchronous=FULL, STRICT tables, foreign keys.
#pragma once

#include <string>
#include <vector>

#include "rig/model/finding.h"
#include "rig/model/plan.h"
#include "rig/model/record.h"
#include "rig/model/result.h"
#include "rig/model/trial.h"

namespace brewproof {

struct StoreInput {
  Findings findings;
  Plan plan;
  std::vector<Trial> trials;
  std::vector<Record> journal;
  std::vector<Actuation> actuations = {};
};

/// Writes a new results.sqlite at `path`, replacing an old one only when the new one is complete.
[[nodiscard]] Result<void> write_store(const std::string& path, const StoreInput& input);

}  // namespace brewproof
