// Unique parameters (amount, card): which columns hold each act's own value, in one of the forms?
#pragma once

#include <vector>

#include "rig/proof/act_columns.h"

namespace brewproof {

/// Columns of `question.acts`.
[[nodiscard]] std::vector<Candidate> match_values(const std::vector<ActColumn>& columns,
                                                  const DrawnParameter& parameter,
                                                  const ContentQuestion& question);

}  // namespace brewproof
