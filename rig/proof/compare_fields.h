// What stands in the messages that follow an act, of every run: paths that are there or not, and
// values that are read as the run that claims them reads them.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "rig/model/comparison.h"
#include "rig/proof/reading.h"
#include "rig/proof/workings.h"

namespace brewproof {

/// A claim of some run: what the event sends, or what carries its parameters.
struct Claimed {
  Stated stated;
  const Finding* finding = nullptr;
};

using ByRun = std::map<std::size_t, Claimed>;

/// Readings of one parameter at one path are told apart by run: what each was found to read.
struct Readings {
  std::vector<Reading> all;
  std::vector<std::set<std::size_t>> by;  // which runs found it

  void add(Reading reading, std::size_t run) {
    const auto known = std::ranges::find(all, reading);
    if (known == all.end()) {
      all.push_back(std::move(reading));
      by.push_back({run});
    } else {
      by[static_cast<std::size_t>(known - all.begin())].insert(run);
    }
  }
};

[[nodiscard]] inline Tally tally(std::size_t hits, std::size_t of) {
  return {static_cast<int>(hits), static_cast<int>(of)};
}

/// What the claims of a unit that carries parameters read.
[[nodiscard]] Readings readings_of(const ByRun& claims);

/// Does the reading explain the messages of the run that found it? A small set's mapping may stand
/// for no more than that the path is there.
[[nodiscard]] inline bool explains(const Tally& own) { return own.hits * 20 >= own.of * 19; }

/// nullptr: no row has such a path.
[[nodiscard]] const FieldColumn* column_at(const FieldTable& table, const std::string& path);
[[nodiscard]] inline const FieldView* field_of(const FieldColumn* column, std::size_t row) {
  return column == nullptr ? nullptr : column->by_row[row];
}
/// A question about this reading, not yet asked.
[[nodiscard]] FieldComparison named_after(const Reading& reading);

/// Everything that stands in the messages of a claim; a table for each run. What only some of the
/// runs that claim the message read is doubtful unless a test shows more.
[[nodiscard]] std::vector<FieldComparison> compare_fields(const ByRun& claims,
                                                          const std::vector<FieldTable>& tables);

/// No test stands behind a kind, and a constant may be new with each boot: they are said in the
/// notes, and count for nothing.
void note_kinds(const ByRun& claims, EmissionComparison& emission);

}  // namespace brewproof
