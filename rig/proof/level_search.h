// Small sets (drink, method): which columns follow the level, and which messages and fields come
// with some levels only? That a message comes is one thing, what stands in it another: of a message
// that comes with cards alone every field would follow the method, its clock and its noise too. So
// what a field says is asked among the acts where it stands.
#pragma once

#include <vector>

#include "rig/proof/act_columns.h"

namespace brewproof {

/// `columns` are those of `tables` over `question.acts`.
[[nodiscard]] std::vector<Candidate> associate_levels(const std::vector<const FieldTable*>& tables,
                                                      const std::vector<ActColumn>& columns,
                                                      const DrawnParameter& parameter,
                                                      const ContentQuestion& question);

}  // namespace brewproof
