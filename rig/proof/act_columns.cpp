#include "rig/proof/act_columns.h"

#include <algorithm>
#include <unordered_map>

namespace brewproof {
namespace {

bool is_same_in_all(const FieldColumn& column) {
  return std::ranges::all_of(column.by_row, [&](const FieldView* field) {
    return field != nullptr && field->value == column.by_row.front()->value;
  });
}

/// Acts by number.
std::unordered_map<const Trial*, std::size_t> numbered(const std::vector<const Trial*>& acts) {
  std::unordered_map<const Trial*, std::size_t> number;
  for (const Trial* act : acts) number.emplace(act, number.size());
  return number;
}

}  // namespace

std::vector<ActColumn> columns_over(const std::vector<const FieldTable*>& tables,
                                    const std::vector<const Trial*>& acts) {
  const auto number = numbered(acts);
  std::vector<ActColumn> columns;
  for (std::size_t t = 0; t < tables.size(); ++t) {
    const FieldTable& table = *tables[t];
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      if (is_framing(table.columns[c].path)) continue;
      ActColumn column{t, c, std::vector<const FieldView*>(acts.size()),
                       is_same_in_all(table.columns[c])};
      for (std::size_t r = 0; r < table.rows.size(); ++r) {
        const auto act = number.find(table.rows[r].trial);
        if (act != number.end()) column.by_act[act->second] = table.columns[c].by_row[r];
      }
      columns.push_back(std::move(column));
    }
  }
  return columns;
}

std::vector<std::vector<bool>> messages_over(const std::vector<const FieldTable*>& tables,
                                             const std::vector<const Trial*>& acts) {
  const auto number = numbered(acts);
  std::vector<std::vector<bool>> messages;
  for (const FieldTable* table : tables) {
    std::vector<bool>& has = messages.emplace_back(acts.size());
    for (const FieldRow& row : table->rows) {
      const auto act = number.find(row.trial);
      if (act != number.end()) has[act->second] = true;
    }
  }
  return messages;
}

}  // namespace brewproof
