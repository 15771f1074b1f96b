#include "rig/proof/fields.h"

#include <utility>

#include "rig/proof/offsets.h"

namespace brewproof {

std::string_view last_step(std::string_view path) {
  const std::size_t at = path.find_last_of("/:|");
  return at == std::string_view::npos || at + 1 == path.size() ? path : path.substr(at + 1);
}

void FieldTableBuilder::add(const KeptMessage& message) {
  const std::size_t rows = table_.rows.size();
  for (const FieldView& field : message.fields()) {
    auto known = place_.find(field.path);
    if (known == place_.end()) {
      if (table_.columns.size() == most_columns) {
        table_.cut = true;
        continue;
      }
      known = place_.emplace(field.path, table_.columns.size()).first;
      table_.columns.push_back({field.path, {}, {}, {}});
    }
    FieldColumn& column = table_.columns[known->second];
    column.by_row.resize(rows);
    column.from.resize(rows);
    if (column.by_row.back() != nullptr) continue;
    column.by_row.back() = &table_.cells.emplace_back(field);
    column.from.back() = &message;
  }
}

FieldTable FieldTableBuilder::finish() && {
  for (FieldColumn& column : table_.columns) {
    column.by_row.resize(table_.rows.size());
    column.from.resize(table_.rows.size());
  }
  lay_slices(table_);
  return std::move(table_);
}

FieldTable field_table(const std::vector<FieldRow>& rows) {
  FieldTableBuilder builder;
  for (const FieldRow& row : rows) {
    builder.begin(row);
    builder.add(*row.message);
  }
  return std::move(builder).finish();
}

std::vector<std::string_view> present_values(const FieldColumn& column) {
  std::vector<std::string_view> values;
  for (const FieldView* field : column.by_row) {
    if (field != nullptr) values.emplace_back(field->value);
  }
  return values;
}

}  // namespace brewproof
