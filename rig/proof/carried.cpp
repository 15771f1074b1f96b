#include "rig/proof/carried.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "rig/proof/content.h"

namespace brewproof {

std::vector<Reign> reigns_of(const std::vector<const Trial*>& acts,
                             const std::vector<Trial>& trials, const std::string& parameter) {
  std::vector<std::int64_t> sets;
  for (const Trial& trial : trials) {
    if (!trial.sham && value_of(trial, parameter) != nullptr) sets.push_back(trial.origin_ns());
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
  FieldTableBuilder builder;
  const auto time_of = [&](std::size_t m) { return traffic.messages[m]->time_ns; };
  for (const Reign& reign : reigns) {
    auto m = std::ranges::lower_bound(messages, reign.act->origin_ns(), {}, time_of);
    if (m == messages.end() || time_of(*m) >= reign.until_ns) continue;
    builder.begin({reign.act, traffic.messages[*m], nullptr});
    for (std::size_t read = 0; m != messages.end() && time_of(*m) < reign.until_ns; ++m) {
      if (read++ == most_read_after_act) break;
      builder.add(*traffic.messages[*m]);
    }
  }
  return std::move(builder).finish();
}

}  // namespace brewproof
