#include "rig/proof/stratified.h"

#include <algorithm>

namespace brewproof {
namespace {
constexpr double floor_of_p = 1e-300;
}

Law hypergeometric(const BlockCount& block) {
  const std::size_t others = block.slots - block.acts;
  const std::size_t low = block.seen > others ? block.seen - others : 0;
  const std::size_t high = std::min(block.seen, block.acts);
  // P(a + 1) / P(a) = (seen - a)(acts - a) / ((a + 1)(others - seen + a + 1)). Weights start from
  // the mode with 1: far tails may underflow to 0, nothing overflows.
  const auto ratio = [&](std::size_t a) {
    return static_cast<double>(block.seen - a) * static_cast<double>(block.acts - a) /
           (static_cast<double>(a + 1) * static_cast<double>(others + a + 1 - block.seen));
  };
  std::size_t mode = (block.seen + 1) * (block.acts + 1) / (block.slots + 2);
  mode = std::clamp(mode, low, high);

  Law law{low, std::vector<double>(high - low + 1)};
  law.probability[mode - low] = 1;
  for (std::size_t a = mode; a < high; ++a) {
    law.probability[a + 1 - low] = law.probability[a - low] * ratio(a);
  }
  for (std::size_t a = mode; a > low; --a) {
    law.probability[a - 1 - low] = law.probability[a - low] / ratio(a - 1);
  }
  double sum = 0;
  for (const double weight : law.probability) sum += weight;
  for (double& weight : law.probability) weight /= sum;
  return law;
}

Law convolution(const Law& a, const Law& b) {
  Law sum{a.first + b.first, std::vector<double>(a.probability.size() + b.probability.size() - 1)};
  for (std::size_t i = 0; i < a.probability.size(); ++i) {
    for (std::size_t j = 0; j < b.probability.size(); ++j) {
      sum.probability[i + j] += a.probability[i] * b.probability[j];
    }
  }
  return sum;
}

Law stratified_law(const std::vector<BlockCount>& blocks) {
  Law sum{0, {1.0}};
  for (const BlockCount& block : blocks) sum = convolution(sum, hypergeometric(block));
  return sum;
}

UpperTail upper_tail(const Law& law) {
  UpperTail tail{law.first, law.probability};
  double sum = 0;
  for (auto p = tail.probability.rbegin(); p != tail.probability.rend(); ++p) {
    sum += *p;
    *p = std::clamp(sum, floor_of_p, 1.0);
  }
  tail.probability.front() = 1;
  return tail;
}

double UpperTail::at(std::size_t hits) const {
  if (hits <= first) return 1;
  const std::size_t i = hits - first;
  return i < probability.size() ? probability[i] : floor_of_p;
}

double smallest_p(const std::vector<BlockCount>& blocks) {
  double p = 1;
  for (const BlockCount& block : blocks) {
    if (block.seen > 0 && block.seen < block.slots) p *= hypergeometric(block).probability.back();
  }
  return std::max(p, floor_of_p);
}

}  // namespace brewproof
