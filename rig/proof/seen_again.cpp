#include "rig/proof/seen_again.h"

#include <algorithm>
#include <tuple>

namespace brewproof {

const Arms* arms_of(const Workings& workings, const std::string& event) {
  const auto arms = std::ranges::find(workings.lineup.arms, event, &Arms::event);
  return arms == workings.lineup.arms.end() ? nullptr : &*arms;
}

std::vector<const Trial*> trials_of(const RunView& run, const Arms& arms, bool acts) {
  std::vector<const Trial*> trials;
  for (std::size_t p = 0; p < arms.trials.size(); ++p) {
    if (has_bit(arms.acts, p) == acts) trials.push_back(&run.input->trials[arms.trials[p]]);
  }
  std::ranges::sort(
      trials, {}, [](const Trial* trial) { return std::tuple(trial->origin_ns(), trial->trial); });
  return trials;
}

Begins begins_of(const Counted& counted, std::size_t run, const RunView& view,
                 const SameUnits& units) {
  Begins begins;
  const Workings& workings = *view.workings;
  if (!counted.of_records) {
    for (const std::size_t m : units.messages(run, counted.unit)) {
      const KeptMessage& message = *workings.traffic.messages[m];
      if (bears(message, counted.mark)) begins.all.push_back({message.time_ns, &message, nullptr});
    }
    return begins;
  }
  for (const BatchArray& array : workings.batches.arrays) {
    if (array.label != counted.mark.array) continue;
    for (const std::size_t r : array.records) {
      const BatchRecord& record = workings.batches.all[r];
      if (units.unit_of(run, record.carrier) != counted.unit) continue;
      if (!bears(record.message, counted.mark)) continue;
      begins.all.push_back(
          {record.message.time_ns, &record.message, workings.traffic.messages[record.carrier]});
      begins.tolerance_ns = array.tolerance_ns;
    }
  }
  std::ranges::sort(begins.all, {}, &MessageBegin::time_ns);
  return begins;
}

std::vector<FieldRow> shown(const std::vector<const Trial*>& trials, const Begins& begins,
                            const Window& window) {
  std::vector<FieldRow> rows;
  for (const Trial* trial : trials) {
    const std::int64_t from = trial->origin_ns() + window.begin_ns - begins.tolerance_ns;
    const std::int64_t to = trial->origin_ns() + window.end_ns + begins.tolerance_ns;
    const auto first = std::ranges::lower_bound(begins.all, from, {}, &MessageBegin::time_ns);
    if (first == begins.all.end() || first->time_ns >= to) continue;
    rows.push_back({trial, first->message, first->carrier});
  }
  return rows;
}

}  // namespace brewproof
