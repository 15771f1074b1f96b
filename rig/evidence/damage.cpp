#include "rig/evidence/damage.h"

#include <algorithm>
#include <map>
#include <optional>

namespace brewproof {

void apply_damage(std::vector<Trial>& trials, const std::vector<Damage>& damage) {
  std::map<int, std::string> touched;  // blocks, and why
  std::vector<const Trial*> itself;
  for (Trial& trial : trials) {
    const auto span = std::ranges::find_if(damage, [&](const Damage& one) {
      return trial.start_ns <= one.to_ns && one.from_ns <= trial.end_ns;
    });
    if (span == damage.end()) continue;
    itself.push_back(&trial);
    if (trial.status != TrialStatus::excluded) {
      trial.status = TrialStatus::excluded;
      trial.reason = span->reason;
    }
    if (trial.block) touched.emplace(*trial.block, trial.reason);
  }
  std::map<int, std::string> lost;
  for (const Trial& trial : trials)
    if (trial.block && trial.status == TrialStatus::excluded)
      lost.emplace(*trial.block, trial.reason);
  for (Trial& trial : trials) {
    if (!trial.block || !lost.contains(*trial.block)) continue;
    if (trial.status != TrialStatus::excluded) {
      trial.status = TrialStatus::excluded;
      trial.reason = lost.at(*trial.block);
      trial.with_block = true;
    } else if (!std::ranges::binary_search(itself, &trial)) {
      // Read from a file, which has the block's reason for it.
      const auto why = touched.find(*trial.block);
      trial.with_block = trial.with_block || (why != touched.end() && why->second == trial.reason);
    }
  }
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
