#include "rig/command/analysis/watched.h"

#include <algorithm>
#include <limits>

namespace brewproof {
namespace {

constexpr std::int64_t ever = std::numeric_limits<std::int64_t>::max();

struct Gap {
  std::int64_t after_ns, before_ns;  // the packets around it
  bool cut;
};

// Before, between and behind the files; files may overlap.
std::vector<Gap> gaps_of(std::vector<Watch> files) {
  std::ranges::sort(files, {}, &Watch::first_ns);
  std::vector<Gap> gaps;
  Watch so_far{-ever, -ever, false};
  for (const Watch& file : files) {
    if (file.first_ns > so_far.last_ns) gaps.push_back({so_far.last_ns, file.first_ns, so_far.cut});
    if (file.last_ns >= so_far.last_ns) so_far = file;
  }
  gaps.push_back({so_far.last_ns, ever, so_far.cut});
  return gaps;
}

bool touches(const Gap& gap, const Trial& trial) {
  if (gap.cut) return trial.end_ns > gap.after_ns && trial.start_ns < gap.before_ns;
  return trial.start_ns > gap.after_ns && trial.end_ns < gap.before_ns;
}

}  // namespace

std::vector<Damage> unwatched(std::vector<Watch> files, const std::vector<Trial>& trials) {
  const std::vector<Gap> gaps = gaps_of(std::move(files));
  std::vector<Damage> left_out;
  for (const Trial& trial : trials)
    if (std::ranges::any_of(gaps, [&](const Gap& gap) { return touches(gap, trial); }))
      left_out.push_back({"capture-gap", trial.start_ns, trial.end_ns});
  return left_out;
}

}  // namespace brewproof
