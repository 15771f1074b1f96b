// How likely is it that a fixed number of blocks proves a message that follows part of the acts and
// no sham? Drawn by lot, from a seed of its own: the same design has the same answer.
#pragma once

#include <cstddef>

namespace brewproof {

struct PowerQuestion {
  std::size_t blocks = 0, acts = 0, shams = 0;  // acts and shams of the event in each block
  /// What the exact p may be: timing's share of alpha over how many patterns are looked at. The
  /// step-down of the proof asks no more than that.
  double level = 0;
};

/// The share of 10,000 runs in which the message, after each act with the chance `follows`, has an
/// exact p of `level` at most.
[[nodiscard]] double chance_to_be_proven(const PowerQuestion& question, double follows);

}  // namespace brewproof
