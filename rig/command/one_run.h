// One run from its command line to its results: plan, capture, bench, loop, safe end, analysis,
// report.
#pragma once

#include <optional>
#include <string>

#include "rig/command/begin_run.h"
#include "rig/command/command.h"
#include "rig/contract/contract_check.h"
#include "rig/model/finding.h"
#include "rig/model/result.h"

namespace brewproof {

struct RunDone {
  std::string outcome;                    // completed, aborted, rig_fault
  std::optional<Findings> findings;       // absent: nothing was tried
  std::optional<ContractCheck> contract;  // absent: there is none, or the run did not go to its end
  bool answer = false;                    // nothing failed: the findings are what --json answers
  ExitCode exit = ExitCode::done;         // by what was found
};

/// Says what a person wants to know on the way, writes everything into the run's folder, and
/// refuses what failed; whoever calls it decides what the findings mean.
[[nodiscard]] Result<RunDone> one_run(const RunArguments& arguments, Invocation& invocation);

}  // namespace brewproof
