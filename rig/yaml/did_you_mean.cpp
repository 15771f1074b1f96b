#include "rig/yaml/did_you_mean.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "rig/yaml/quote.h"

namespace brewproof::yaml {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  constexpr std::size_t longest = 64;
  if (a.size() > longest || b.size() > longest) return std::max(a.size(), b.size());
  std::vector<std::size_t> before(b.size() + 1), row(b.size() + 1), next(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    next[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = row[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      next[j] = std::min({row[j] + 1, next[j - 1] + 1, replace});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        next[j] = std::min(next[j], before[j - 2] + 1);
    }
    before.swap(row);
    row.swap(next);
  }
  return row[b.size()];
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
  constexpr std::size_t most_listed = 12;
  const std::string* nearest = nullptr;
  std::size_t smallest = 0;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance > std::max<std::size_t>(1, candidate.size() / 3)) continue;
    if (nearest == nullptr || distance < smallest) nearest = &candidate, smallest = distance;
  }
  if (nearest != nullptr) return fmt::format("; did you mean {}?", in_quotes(*nearest));
  if (candidates.empty()) return "";
  std::string list;
  for (std::size_t i = 0; i < std::min(candidates.size(), most_listed); ++i)
    list += (i == 0 ? "" : ", ") + printable(candidates[i]);
  return fmt::format("; known here: {}{}", list, candidates.size() > most_listed ? ", ..." : "");
}

}  // namespace brewproof::yaml
