// How long things took, over many rounds, and how a benchmark says it.
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <vector>

namespace brewproof {

template <class Work>
double microseconds_of(Work work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start)
      .count();
}

/// The value below which the part `q` of all lies. There must be one.
inline double quantile(std::vector<double> values, double q) {
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
}

struct Times {
  std::string_view of;
  std::vector<double> values;
};

/// Both with median and p99, and the ratio of the medians.
inline void print_beside(std::string_view what, std::string_view unit, const Times& ours,
                         const Times& floor) {
  fmt::print("{:<26}{:>12}{:>12}\n", what, fmt::format("median {}", unit),
             fmt::format("p99 {}", unit));
  for (const Times* times : {&ours, &floor})
    fmt::print("{:<26}{:>12.2f}{:>12.2f}\n", times->of, quantile(times->values, 0.5),
               quantile(times->values, 0.99));
  fmt::print("ratio of medians {:.2f}\n", quantile(ours.values, 0.5) / quantile(floor.values, 0.5));
}

}  // namespace brewproof
