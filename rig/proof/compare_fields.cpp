#include "rig/proof/compare_fields.h"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>

#include "rig/model/finding_words.h"
#include "rig/proof/compare.h"

namespace brewproof {
namespace {

Tally agreeing(const Reading& reading, const FieldTable& table) {
  Tally count;
  const FieldColumn* const column = column_at(table, reading.path);
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const auto agree = agrees(reading, *table.rows[r].trial, field_of(column, r));
    if (!agree) continue;
    ++count.of;
    if (*agree) ++count.hits;
  }
  return count;
}

FieldComparison compare_reading(const Reading& reading, const std::vector<FieldTable>& tables) {
  FieldComparison field = named_after(reading);
  for (const FieldTable& table : tables) field.runs.emplace_back(agreeing(reading, table));
  field.compared = asked(field.runs);
  return field;
}

FieldComparison compare_presence(const std::string& path, const std::vector<FieldTable>& tables) {
  FieldComparison field;
  field.path = path;
  for (const FieldTable& table : tables) {
    const FieldColumn* const column = column_at(table, path);
    const std::size_t there = column == nullptr ? 0 : present_values(*column).size();
    field.runs.emplace_back(tally(there, table.rows.size()));
  }
  field.compared = asked(field.runs);
  return field;
}

/// What became of a field that carries nothing of ours; "" = it is as it was.
std::string change_of(const FieldFinding& was, const FieldFinding& is) {
  if (was.kind == FieldKind::stimulus || is.kind == FieldKind::stimulus) return "";  // tested
  if (was.kind != is.kind)
    return fmt::format("looks {}, then {}", kind_word(was.kind), kind_word(is.kind));
  const bool constant = was.kind == FieldKind::constant && was.examples != is.examples;
  if (!constant || was.examples.empty() || is.examples.empty()) return "";
  return fmt::format("is always \"{}\", then \"{}\"", was.examples.front(), is.examples.front());
}

}  // namespace

Readings readings_of(const ByRun& claims) {
  Readings readings;
  for (const auto& [run, claim] : claims) {
    for (const Carried::Part& part : claim.stated.carried->parts) {
      for (std::size_t c = 0; c < part.stimuli.size(); ++c) {
        if (part.stimuli[c])
          readings.add(reading_of(part.table.columns[c].path, *part.stimuli[c]), run);
      }
    }
  }
  return readings;
}

const FieldColumn* column_at(const FieldTable& table, const std::string& path) {
  const auto column = std::ranges::find(table.columns, path, &FieldColumn::path);
  return column == table.columns.end() ? nullptr : &*column;
}

FieldComparison named_after(const Reading& reading) {
  FieldComparison field;
  field.path = reading.path + (reading.digest.empty() ? "" : "|" + reading.digest);
  field.parameter = reading.parameter;
  field.form = reading.form;
  return field;
}

std::vector<FieldComparison> compare_fields(const ByRun& claims,
                                            const std::vector<FieldTable>& tables) {
  std::vector<FieldComparison> fields;
  Readings readings;
  for (const auto& [run, claim] : claims) {
    for (std::size_t c = 0; c < claim.stated.sent->stimuli.size(); ++c) {
      const auto& stimulus = claim.stated.sent->stimuli[c];
      if (stimulus)
        readings.add(reading_of(claim.stated.sent->table.columns[c].path, *stimulus), run);
    }
  }
  std::set<std::string_view> told;
  for (std::size_t i = 0; i < readings.all.size(); ++i) {
    FieldComparison field = compare_reading(readings.all[i], tables);
    if (!explains(*field.runs[*readings.by[i].begin()])) continue;
    if (readings.by[i].size() < claims.size()) field.compared.standing = Standing::doubtful;
    told.insert(readings.all[i].path);
    fields.push_back(std::move(field));
  }
  for (const FieldTable& table : tables) {
    for (const FieldColumn& column : table.columns) {
      // Bytes at an offset are no paths of their own: they are there with their content.
      if (column.slice || is_framing(column.path) || !told.insert(column.path).second) continue;
      fields.push_back(compare_presence(std::string(column.path), tables));
    }
  }
  return fields;
}

void note_kinds(const ByRun& claims, EmissionComparison& emission) {
  const std::size_t before = claims.begin()->first;
  for (const auto& [run, claim] : claims) {
    if (run == before) continue;
    for (const FieldFinding& was : claims.begin()->second.finding->fields) {
      const auto is = std::ranges::find(claim.finding->fields, was.path, &FieldFinding::path);
      if (is == claim.finding->fields.end()) continue;
      if (const std::string change = change_of(was, *is); !change.empty())
        emission.notes.push_back(
            fmt::format("{} {} (runs {} and {})", was.path, change, before + 1, run + 1));
    }
  }
}

}  // namespace brewproof
