// The five answers for each act, read from a journal's outcome and books lines.
#pragma once

#include <vector>

#include "rig/model/actuation.h"
#include "rig/model/record.h"
#include "rig/model/trial.h"

namespace brewproof {

/// In the order of the journal. Lines of other programs that lack a key give no row for it.
[[nodiscard]] std::vector<Actuation> actuations_of(const std::vector<Record>& journal);

/// By arm, in alphabetical order; arms whose trials commanded nothing are left out.
[[nodiscard]] std::vector<ActuationCount> count_actuations(const std::vector<Actuation>& actuations,
                                                           const std::vector<Trial>& trials);

}  // namespace brewproof
