// The matching law: values are dealt to trials in random order. How often does a field agree with
// the value of its own trial by chance? Exact, by rook numbers (Riordan, An Introduction to
// Combinatorial Analysis, 1958, chapters 7 and 8), also where a value was dealt several times.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace brewproof {

/// Which value each trial was dealt, and which its field holds.
struct Matching {
  std::vector<std::size_t> dealt;  // by trial: a value's number, below the number of trials
  std::vector<std::size_t> held;   // by trial: a value's number; the number of trials for none
  std::vector<std::size_t> deals;  // by trial: trials of the same number were dealt together
};

/// P(at least `matches` trials hold their own value) when the values are dealt again, within each
/// deal. `matches` 0 gives 1. Never below 1e-300. Where rounding would spoil the sum it is the mean
/// number of sets of so many matches, which p does not exceed.
[[nodiscard]] double matching_p(const Matching& matching, std::size_t matches);

/// How many trials could hold their own value under the best deal.
[[nodiscard]] std::size_t most_matches(const Matching& matching);

/// Of values that were dealt once each, all together: trial i has value i. All n of n: 1 / n!.
[[nodiscard]] double matching_p(std::span<const std::size_t> points_to, std::size_t matches);
[[nodiscard]] std::size_t most_matches(std::span<const std::size_t> points_to);

}  // namespace brewproof
