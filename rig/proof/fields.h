// The fields of messages that belong to acts, laid out for comparison: one row an act (the first
// message that belongs to it), one column a path.
//
// Behind the paths stand the bytes at each offset of what no structure was read from (`offsets.h`).
//
// Views into messages, which must outlive it.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rig/model/kept_message.h"
#include "rig/model/trial.h"

namespace brewproof {

struct FieldRow {
  const Trial* trial = nullptr;
  const KeptMessage* message = nullptr;  // or a record of a batch, at the time that it states
  const KeptMessage* carrier = nullptr;  // what brought the record; nullptr: it is no record

  [[nodiscard]] const KeptMessage& sent() const { return carrier != nullptr ? *carrier : *message; }
};

/// Some bytes of another column's value.
struct Slice {
  std::size_t of = 0;  // that column
  std::size_t offset = 0, width = 0;
  [[nodiscard]] std::size_t end() const { return offset + width; }
  /// Of slices of one content.
  [[nodiscard]] bool overlaps(const Slice& other) const {
    return offset < other.end() && other.offset < end();
  }
};

struct FieldColumn {
  std::string_view path;
  std::vector<const FieldView*> by_row;  // nullptr: this act has no such path
  std::vector<const KeptMessage*> from;  // whose field it is
  std::optional<Slice> slice = {};       // of another column; absent: a path of its own
};

struct FieldTable {
  std::vector<FieldRow> rows;        // in order of time
  std::vector<FieldColumn> columns;  // in order of first appearance; slices last
  bool cut = false;                  // there were more than `most_columns` paths
  std::deque<FieldView> cells;       // what the columns point to
  std::deque<std::string> made;      // texts of slices: no message has them

  FieldTable() = default;
  FieldTable(FieldTable&&) = default;  // NOLINT(performance-noexcept-move-constructor): a deque's
  FieldTable& operator=(FieldTable&&) = default;
};

inline constexpr std::size_t most_columns = 512;

/// Fields that only measure the message they stand in: they vary with everything by length.
[[nodiscard]] inline bool is_framing(std::string_view path) {
  return path == "header:content-length";
}

/// "type" of "body|json:/pay/type".
[[nodiscard]] std::string_view last_step(std::string_view path);

/// Row by row, message by message: of each path the first value counts, and no more than
/// `most_columns` paths.
class FieldTableBuilder {
 public:
  /// What is added from now on belongs to this act.
  void begin(const FieldRow& row) { table_.rows.push_back(row); }
  void add(const KeptMessage& message);
  [[nodiscard]] FieldTable finish() &&;

 private:
  FieldTable table_;
  std::unordered_map<std::string_view, std::size_t> place_;  // of a path among the columns
};

/// Of each row its own message.
[[nodiscard]] FieldTable field_table(const std::vector<FieldRow>& rows);

/// The values that are there, in order of row.
[[nodiscard]] std::vector<std::string_view> present_values(const FieldColumn& column);

}  // namespace brewproof
