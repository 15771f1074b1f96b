#include "rig/proof/fields.h"

#include <unordered_map>

namespace brewproof {

FieldTable field_table(std::vector<FieldRow> rows) {
  FieldTable table;
  table.rows = std::move(rows);
  std::unordered_map<std::string_view, std::size_t> place;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    for (const Field& field : table.rows[r].message->fields) {
      auto known = place.find(field.path);
      if (known == place.end()) {
        if (table.columns.size() == most_columns) {
          table.cut = true;
          continue;
        }
        known = place.emplace(field.path, table.columns.size()).first;
        table.columns.push_back({field.path, std::vector<const Field*>(table.rows.size()), {}});
      }
      const Field*& cell = table.columns[known->second].by_row[r];
      if (cell == nullptr) cell = &field;
    }
  }
  return table;
}

std::vector<std::string_view> present_values(const FieldColumn& column) {
  std::vector<std::string_view> values;
  for (const Field* field : column.by_row) {
    if (field != nullptr) values.emplace_back(field->value);
  }
  return values;
}

}  // namespace brewproof
