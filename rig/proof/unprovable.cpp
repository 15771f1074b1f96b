#include "rig/proof/unprovable.h"

#include <algorithm>
#include <cmath>

#include "rig/proof/stratified.h"

namespace brewproof {
namespace {

double separation(std::size_t acts, std::size_t shams) {
  return smallest_p(std::vector<BlockCount>{{acts + shams, acts, acts}});
}

// As many acts as shams in one draw: C(2n, n) grows fourfold with each, so that few are enough.
int acts_of_one_draw(double level) {
  int acts = 1;
  while (separation(static_cast<std::size_t>(acts), static_cast<std::size_t>(acts)) > level) ++acts;
  return acts;
}

// In more blocks like the best of those that are there.
int acts_of_blocks(const std::vector<Stratum>& blocks, double level) {
  double least_p = 1;
  std::size_t acts = 0;
  for (const Stratum& block : blocks) {
    const double p = separation(block.acts, block.size() - block.acts);
    if (p >= least_p) continue;
    least_p = p;
    acts = block.acts;
  }
  if (acts == 0) return 0;
  return static_cast<int>(std::ceil(std::log(level) / std::log(least_p))) * static_cast<int>(acts);
}

}  // namespace

double perfect_p(const Arms& arms) {
  std::vector<BlockCount> perfect;
  perfect.reserve(arms.strata.size());
  for (const Stratum& stratum : arms.strata)
    perfect.push_back({stratum.size(), stratum.acts, stratum.acts});
  return smallest_p(perfect);
}

std::vector<Unprovable> unprovable(const std::vector<Arms>& arms, double level) {
  std::vector<Unprovable> found;
  for (const Arms& one : arms) {
    Unprovable event{one.event, "", static_cast<int>(one.act_count),
                     static_cast<int>(one.sham_count)};
    if (one.sham_count == 0) {
      event.reason = "no-sham";
    } else {
      event.least_p = perfect_p(one);
      if (event.least_p <= level) continue;
      event.reason = "too-few-trials";
      event.needed_p = level;
      const bool one_draw = one.strata.size() == 1 && one.strata.front().block == 0;
      event.needed_acts = one_draw ? acts_of_one_draw(level) : acts_of_blocks(one.strata, level);
    }
    found.push_back(std::move(event));
  }
  return found;
}

}  // namespace brewproof
