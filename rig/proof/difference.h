// Exact tests of "these two runs are alike". Whatever the common rate is, given how many of all
// acts show a message the split between the runs follows one law; likewise for ranks of latencies.
// What is assumed is that an act of one run could as well have been one of the other: time, place
// and state of the machine are not drawn by lot here, which is why they are compared first.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "rig/model/comparison.h"

namespace brewproof {

/// Fisher's exact test (Statistical Methods for Research Workers, 1934, section 21.02), two-sided:
/// the probability of all tables that are as improbable as this one. 4 of 4 against 0 of 4: 2/70.
[[nodiscard]] DifferenceTest fisher(const Tally& a, const Tally& b);
/// The smallest p that so many trials can give: all against none.
[[nodiscard]] double smallest_fisher(int trials_a, int trials_b);

/// Wilcoxon's rank sum (Mann and Whitney), two-sided, midranks for ties: the probability of a rank
/// sum as far from its mean over all ways to deal these values to the runs. All ways are counted up
/// to `most_counted` values; beyond that `redraws` deals are drawn, from a generator named by
/// `purpose` and seeded by `seed`, and p = (1 + as far) / (1 + redraws).
[[nodiscard]] DifferenceTest rank_test(std::span<const std::int64_t> a,
                                       std::span<const std::int64_t> b, std::uint64_t seed,
                                       std::string_view purpose);
inline constexpr std::size_t most_counted = 128;
inline constexpr std::uint64_t redraws = 99'999;

/// Holm's step-down rule (Scand. J. Statist. 1979): adjusted p in the order given. 0.01, 0.04, 0.03
/// give 0.03, 0.06, 0.06.
[[nodiscard]] std::vector<double> holm(std::span<const double> p);

/// The less surprising of two: an old run, a new one, the old again. That the new one differs from
/// both is shown only as far as each of the two tests shows it.
[[nodiscard]] DifferenceTest both(const DifferenceTest& a, const DifferenceTest& b);

/// The two old runs agree where their test is above this; one that they fail is no firmware's.
inline constexpr double agree_p = 0.05;

/// Adjusts all tests that could reach `alpha` as one family, and judges each question. Tests that
/// no outcome could bring there cannot change any verdict: they are left out, adjusted p 1. Returns
/// how many were in it.
std::size_t judge(std::span<Compared* const> questions, double alpha);

}  // namespace brewproof
