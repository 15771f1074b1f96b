// Slots of one event in blocks, at times of their own, for statistics that walk over them.
#pragma once

#include <string>
#include <vector>

#include "rig/proof/arms.h"

namespace brewproof::synthetic {

/// `lots`: a letter a slot, 'a' an act and 's' a sham, blocks parted by blanks; slot i at second
/// 100 i.
inline std::vector<Trial> slots(const std::string& lots) {
  std::vector<Trial> trials;
  int block = 1;
  for (const char lot : lots) {
    if (lot == ' ') {
      ++block;
      continue;
    }
    Trial trial;
    trial.trial = static_cast<int>(trials.size()) + 1;
    trial.block = block;
    trial.event = "brew";
    trial.sham = lot == 's';
    trial.start_ns = static_cast<std::int64_t>(trials.size()) * 100'000'000'000;
    trial.act_ns = trial.start_ns;
    trial.end_ns = trial.start_ns + 60'000'000'000;
    trials.push_back(trial);
  }
  return trials;
}

/// How often each score is reached over all falls of the lots of one block of n slots and a acts.
template <class Score>
std::vector<int> count_falls(unsigned n, int a, Score score) {
  std::vector<int> falls;
  for (unsigned mask = 0; mask < 1u << n; ++mask) {
    if (__builtin_popcount(mask) != a) continue;
    const std::size_t s = score(Bits{mask});
    if (falls.size() <= s) falls.resize(s + 1);
    ++falls[s];
  }
  return falls;
}

}  // namespace brewproof::synthetic
