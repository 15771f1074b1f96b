#include "rig/evidence/damage.h"

#include <map>
#include <optional>
#include <set>

namespace brewproof {

void apply_damage(std::vector<Trial>& trials, const std::vector<Damage>& damage) {
  for (Trial& trial : trials) {
    for (const Damage& span : damage) {
      const bool touched = trial.start_ns <= span.to_ns && span.from_ns <= trial.end_ns;
      if (!touched || trial.status == TrialStatus::excluded) continue;
      trial.status = TrialStatus::excluded;
      trial.reason = span.reason;
    }
  }
  std::map<int, std::string> lost_blocks;
  for (const Trial& trial : trials)
    if (trial.block && trial.status == TrialStatus::excluded)
      lost_blocks.emplace(*trial.block, trial.reason);
  for (Trial& trial : trials) {
    if (!trial.block || trial.status == TrialStatus::excluded) continue;
    const auto lost = lost_blocks.find(*trial.block);
    if (lost == lost_blocks.end()) continue;
    trial.status = TrialStatus::excluded;
    trial.reason = lost->second;
  }
}

int lost_blocks(const std::vector<Trial>& trials) {
  std::set<int> lost;
  for (const Trial& trial : trials)
    if (trial.block && trial.status == TrialStatus::excluded) lost.insert(*trial.block);
  return static_cast<int>(lost.size());
}

std::vector<Damage> damage_of(const std::vector<Record>& journal) {
  std::vector<Damage> damage;
  for (const Record& record : journal)
    if (record.type == "damage")
      damage.push_back({record.body.value("reason", std::string("damage")),
                        record.body.value("from_ns", std::int64_t{0}),
                        record.body.value("to_ns", std::int64_t{0})});
  return damage;
}

}  // namespace brewproof
