// The exact law of a block design. Under "the lots do not matter" the slots that show a message
// stay where they are and only the lots fall anew, so in block k the number of acts that show it is
// hypergeometric, and the sum over blocks is their convolution (statistics.md 3; Mantel-Haenszel's
// conditional law, Biometrika 1970, without the normal approximation).
#pragma once

#include <cstddef>
#include <vector>

namespace brewproof {

/// One block for one signature: `slots` slots hold `acts` acts, `seen` slots show the signature.
struct BlockCount {
  std::size_t slots = 0, acts = 0, seen = 0;
  friend bool operator==(const BlockCount&, const BlockCount&) = default;
};

/// Probabilities of `first`, `first` + 1 ... ; they sum to 1.
struct Law {
  std::size_t first = 0;
  std::vector<double> probability;
};

/// Hypergeometric: how many of the `seen` slots are acts, when lots fall uniformly.
/// Takes seen <= slots and acts <= slots.
[[nodiscard]] Law hypergeometric(const BlockCount& block);

/// The law of the sum of two that are independent.
[[nodiscard]] Law convolution(const Law& a, const Law& b);

/// The convolution over blocks.
[[nodiscard]] Law stratified_law(const std::vector<BlockCount>& blocks);

/// P(A >= first + i) at index i; never below 1e-300, so that no claim reads "p = 0".
struct UpperTail {
  std::size_t first = 0;
  std::vector<double> probability;
  /// P(A >= hits): the one-sided exact p.
  [[nodiscard]] double at(std::size_t hits) const;
};
[[nodiscard]] UpperTail upper_tail(const Law& law);

/// The smallest p that any fall of the lots could give; needs no convolution.
[[nodiscard]] double smallest_p(const std::vector<BlockCount>& blocks);

}  // namespace brewproof
