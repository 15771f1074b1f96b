// Acts between consecutive messages. Time is cut where trials begin: slot 0 lies before the first
// trial, slot k from the last contact of the k-th trial to that of the next. A message that lies in
// slot k was sent after the acts of trials 1 .. k, so between one in slot i and a later one in slot
// j lie the trials i+1 .. j. Trials that do not count cut, too: what was done there was done.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "rig/model/trial.h"

namespace brewproof {

class Slots {
 public:
  explicit Slots(const std::vector<Trial>& trials) {
    origins_.reserve(trials.size());
    for (const Trial& trial : trials) origins_.push_back(trial.origin_ns());
    std::ranges::sort(origins_);
  }
  [[nodiscard]] std::size_t count() const { return origins_.size() + 1; }
  /// The slot that a time lies in. Of a trial's own origin it is the slot that the trial begins.
  [[nodiscard]] std::size_t at(std::int64_t time_ns) const {
    return static_cast<std::size_t>(std::ranges::upper_bound(origins_, time_ns) - origins_.begin());
  }

 private:
  std::vector<std::int64_t> origins_;  // sorted
};

}  // namespace brewproof
