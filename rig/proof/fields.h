// The fields of a caused message, laid out for comparison: one row an act (its first message in
// the window), one column a path.
//
// Views into messages, which must outlive it.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "rig/model/message.h"
#include "rig/model/trial.h"

namespace brewproof {

struct FieldRow {
  const Trial* trial = nullptr;
  const Message* message = nullptr;
};

struct FieldColumn {
  std::string_view path;
  std::vector<const Field*> by_row;  // nullptr: this message has no such path
};

struct FieldTable {
  std::vector<FieldRow> rows;        // in order of time
  std::vector<FieldColumn> columns;  // in order of first appearance
  bool cut = false;                  // there were more than `most_columns` paths
};

inline constexpr std::size_t most_columns = 512;

/// Where a path stands twice in one message, its first value counts.
[[nodiscard]] FieldTable field_table(std::vector<FieldRow> rows);

/// The values that are there, in order of row.
[[nodiscard]] std::vector<std::string_view> present_values(const FieldColumn& column);

}  // namespace brewproof
