#include "rig/procedure/reach.h"

#include <cmath>
#include <map>

namespace brewproof {
namespace {

// lgamma writes a global sign; sums of logarithms are exact enough and need no library state.
double log_factorial(int n) {
  double sum = 0;
  for (int i = 2; i <= n; ++i) sum += std::log(i);
  return sum;
}

}  // namespace

double separation_p(int trials, int shams) {
  double ways = 1;  // C(n+m, n), exact while below 2^53
  for (int i = 1; i <= trials; ++i) ways = ways * (shams + i) / i;
  return 1 / ways;
}

double matching_p(int trials) { return std::exp(-log_factorial(trials)); }

double mapping_p(std::span<const int> counts) {
  int trials = 0;
  double log_p = 0;
  std::map<int, int> levels_with_count;
  for (const int count : counts) {
    if (count == 0) continue;
    trials += count;
    log_p += log_factorial(count);
    ++levels_with_count[count];
  }
  for (const auto& [count, levels] : levels_with_count) log_p += log_factorial(levels);
  return std::exp(log_p - log_factorial(trials));
}

double none_seen_bound(int trials) { return trials < 1 ? 1 : 1 - std::pow(0.05, 1.0 / trials); }

}  // namespace brewproof
