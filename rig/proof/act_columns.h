// The columns of all tables that are searched for one parameter, laid over the acts that it was
// dealt to: what stands there after each act.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "rig/proof/content.h"
#include "rig/proof/fields.h"

namespace brewproof {

/// One column over all acts; nullptr where an act has no such path.
struct ActColumn {
  std::size_t table = 0, column = 0;  // where it stands
  std::vector<const FieldView*> by_act;
  bool same_in_all = false;  // each message of the table has the path, and one value at it
};

/// Without what only measures the message. Rows of other acts are passed over.
[[nodiscard]] std::vector<ActColumn> columns_over(const std::vector<const FieldTable*>& tables,
                                                  const std::vector<const Trial*>& acts);

/// By table, by act: does the act have a message?
[[nodiscard]] std::vector<std::vector<bool>> messages_over(
    const std::vector<const FieldTable*>& tables, const std::vector<const Trial*>& acts);

/// What may be found, before Bonferroni over the parameters.
struct Candidate {
  std::size_t table = 0;
  std::optional<std::size_t> column;  // absent: that the message comes at all
  Stimulus stimulus;
};

/// Of the fields that a candidate stands in this share must speak for the right value.
inline constexpr double decode_rate = 0.95;

}  // namespace brewproof
