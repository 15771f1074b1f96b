// The matching law: unique values are dealt to trials in random order. How often does a field agree
// with the value of its own trial by chance? Exact, by rook numbers (Riordan, An Introduction to
// Combinatorial Analysis, 1958, chapter 7).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace brewproof {

/// `points_to[i]`: which of the n values the field of trial i holds (an index), or n for none.
/// Returns P(at least `matches` trials hold their own value) when the n values are dealt in random
/// order. All n of n: 1 / n!. `matches` 0 gives 1. Never below 1e-300.
[[nodiscard]] double matching_p(std::span<const std::size_t> points_to, std::size_t matches);

/// How many trials could hold their own value under the best deal: values that are pointed to.
[[nodiscard]] std::size_t most_matches(std::span<const std::size_t> points_to);

}  // namespace brewproof
