// What a rule for an early end (early_stop.h) needs before it can end a run: how many blocks for a
// message that follows every act, and how likely it has been decided by a certain block for one
// that follows part of them. Of a message that follows no sham, beside others that share the stake
// with it from the block on in which it first shows. Drawn by lot, from a seed of its own: the same
// design has the same outlook.
#pragma once

#include <cstddef>
#include <vector>

namespace brewproof {

struct StopQuestion {
  std::size_t blocks = 0, acts = 0, shams = 0;  // of the event, acts and shams in each block
  std::size_t events = 1;                       // with a sham: they share the stake
  std::size_t least_blocks = 1;
  double alpha = 0.01;
};

struct StopOutlook {
  /// After how many blocks one that follows every act is decided; 0: not within 1,000.
  std::size_t blocks_if_always = 0;
  struct Power {
    double follows = 1;  // which part of the acts
    /// How likely it is decided at a border before the last block.
    double before_the_end = 0;
    std::size_t median_blocks = 0;  // half of the runs have decided it by then; 0: not by the end
  };
  std::vector<Power> power;
};

/// The message makes one of `patterns` patterns. 1,000 runs for each of `follows`.
[[nodiscard]] StopOutlook stop_outlook(const StopQuestion& question, std::size_t patterns,
                                       const std::vector<double>& follows);

}  // namespace brewproof
