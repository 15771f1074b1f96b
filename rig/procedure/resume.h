// Where an interrupted run stands: from its plan, its journal and its trials log to what was done,
// what is in doubt and what is lost. Pure; `run --resume` and the loop go on from it.
//
// An intent without an outcome means that nobody knows whether the act was done: it is never done
// again. Its block is lost, and a reserve block takes its place. Where the reserve is used up, a
// block is done again from its start, but only if all real acts begun in it are of events that the
// procedure declares `repeatable`.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rig/evidence/damage.h"
#include "rig/model/plan.h"
#include "rig/model/record.h"
#include "rig/model/trial.h"
#include "rig/procedure/procedure_file.h"

namespace brewproof {

/// A stop for service that was begun.
struct Served {
  bool ended = false;
  std::vector<std::string> cups;  // conditioning cups begun
};

struct Resumed {
  std::vector<Trial> trials;     // begun so far; those that were cut off are excluded ("cut-off")
  std::vector<Damage> damage;    // journalled so far, and what the cut cost
  std::vector<Damage> of_cut;    // the latter alone, for the journal
  std::vector<int> in_doubt;     // trials begun without an outcome
  std::vector<int> again;        // blocks to be done again; their trials are not in `trials`
  std::map<int, Served> served;  // by the block that the stop is before
  std::int64_t elapsed_ns = 0;   // that the run took until it was interrupted
};

/// `journal` of the interrupted run, `logged` its trials log as far as it goes.
[[nodiscard]] Resumed resume_from(const Plan& plan, const ProcedureFile& procedure,
                                  const std::vector<Record>& journal,
                                  const std::vector<Trial>& logged);

}  // namespace brewproof
