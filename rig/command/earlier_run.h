// The earlier run that a run was begun for: its claims are asked again (`run --confirm`), or the
// machine is held against all of it (`run --regress`).
#pragma once

#include <optional>
#include <string>

#include "rig/command/begin_run.h"
#include "rig/command/command.h"
#include "rig/command/inputs.h"
#include "rig/evidence/journal.h"
#include "rig/evidence/run_folder.h"
#include "rig/model/finding.h"
#include "rig/model/result.h"

namespace brewproof {

struct EarlierRun {
  ConfirmationWish wish;
  std::string findings;  // the bytes of its findings.json
};

/// The one that the arguments name; none where they name none. Error `usage` before anything moves:
/// there is nothing to ask, this procedure cannot ask it, its trials would be too few.
[[nodiscard]] Result<std::optional<EarlierRun>> wanted_confirmation(const RunArguments& arguments,
                                                                    const Inputs& inputs);

/// Into the journal, before the first act; the folder of a regression run keeps what it is held
/// against.
[[nodiscard]] Result<void> commit(const EarlierRun& earlier, const RunArguments& arguments,
                                  const Inputs& inputs, const RunFolder& folder, Journal& journal,
                                  const Invocation& invocation);

}  // namespace brewproof
