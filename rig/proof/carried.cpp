#include "rig/proof/carried.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

namespace brewproof {

std::vector<Reign> reigns_of(const std::vector<const Trial*>& acts,
                             const std::vector<Trial>& trials, const std::string& parameter) {
  std::vector<std::int64_t> sets;
  for (const Trial& trial : trials) {
    if (!trial.sham && trial.params.contains(parameter)) sets.push_back(trial.origin_ns());
  }
  std::ranges::sort(sets);
  std::vector<Reign> reigns;
  reigns.reserve(acts.size());
  for (const Trial* act : acts) {
    const auto next = std::ranges::upper_bound(sets, act->origin_ns());
    reigns.push_back({act, next == sets.end() ? std::numeric_limits<std::int64_t>::max() : *next});
  }
  return reigns;
}

FieldTable carried_table(const Traffic& traffic, std::span<const std::size_t> messages,
                         const std::vector<Reign>& reigns) {
  FieldTable table;
  std::unordered_map<std::string_view, std::size_t> place;
  const auto time_of = [&](std::size_t m) { return traffic.messages[m]->time_ns; };
  for (const Reign& reign : reigns) {
    const auto first =
        std::ranges::lower_bound(messages, reign.act->origin_ns(), std::less<>{}, time_of);
    if (first == messages.end() || time_of(*first) >= reign.until_ns) continue;
    const std::size_t row = table.rows.size();
    table.rows.push_back({reign.act, traffic.messages[*first], nullptr});
    std::size_t read = 0;
    for (auto m = first; m != messages.end() && time_of(*m) < reign.until_ns; ++m) {
      if (read++ == most_read_after_act) break;
      const Message* message = traffic.messages[*m];
      for (const Field& field : message->fields) {
        auto known = place.find(field.path);
        if (known == place.end()) {
          if (table.columns.size() == most_columns) {
            table.cut = true;
            continue;
          }
          known = place.emplace(field.path, table.columns.size()).first;
          table.columns.push_back({field.path, {}, {}});
        }
        FieldColumn& column = table.columns[known->second];
        if (column.by_row.size() > row) continue;  // the first counts
        column.by_row.resize(row);
        column.from.resize(row);
        column.by_row.push_back(&field);
        column.from.push_back(message);
      }
    }
  }
  for (FieldColumn& column : table.columns) {
    column.by_row.resize(table.rows.size());
    column.from.resize(table.rows.size());
  }
  return table;
}

}  // namespace brewproof
