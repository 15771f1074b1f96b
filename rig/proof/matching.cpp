#include "rig/proof/matching.h"

#include <algorithm>

namespace brewproof {
namespace {

/// By value: how many trials point to it.
std::vector<std::size_t> pointers(std::span<const std::size_t> points_to) {
  std::vector<std::size_t> count(points_to.size());
  for (const std::size_t value : points_to) {
    if (value < count.size()) ++count[value];
  }
  std::erase(count, std::size_t{0});
  return count;
}

}  // namespace

std::size_t most_matches(std::span<const std::size_t> points_to) {
  return pointers(points_to).size();
}

double matching_p(std::span<const std::size_t> points_to, std::size_t matches) {
  if (matches == 0) return 1;
  const std::size_t n = points_to.size();
  // expected[j] = r_j (n - j)! / n!: the mean number of j-sets of matches. The rook number r_j is
  // the elementary symmetric polynomial of the counts (one trial per value can be its own), built
  // value by value with the factorials folded in, so that nothing overflows.
  std::vector<double> expected{1.0};
  for (const std::size_t trials : pointers(points_to)) {
    expected.push_back(0);
    for (std::size_t j = expected.size() - 1; j > 0; --j) {
      expected[j] += static_cast<double>(trials) * expected[j - 1] / static_cast<double>(n - j + 1);
    }
  }
  if (matches >= expected.size()) return 1e-300;
  // P(at least k) = sum over j >= k of (-1)^(j-k) C(j-1, k-1) expected[j].
  double p = 0, binomial = 1, sign = 1;
  for (std::size_t j = matches; j < expected.size(); ++j) {
    p += sign * binomial * expected[j];
    binomial *= static_cast<double>(j) / static_cast<double>(j - matches + 1);
    sign = -sign;
  }
  return std::clamp(p, 1e-300, 1.0);
}

}  // namespace brewproof
