// Falls of the lots of one event side by side: what is asked of hundreds of them is asked by a few
// instructions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rig/proof/every_kth.h"
#include "rig/proof/own_messages.h"
#include "rig/proof/step_down.h"

namespace brewproof {

class Falls {
 public:
  /// One number for each fall. Of a walk that is not too long (`most_walked`) every count fits.
  using Lane = std::array<std::uint16_t, step_down_batch>;

  explicit Falls(std::size_t positions) : before_(positions + 1) {}

  /// Fall number `fall` becomes these lots.
  void set(std::size_t fall, const Bits& acts);
  /// How many acts lie before this position.
  [[nodiscard]] const Lane& acts_before(std::size_t position) const { return before_[position]; }

 private:
  std::vector<Lane> before_;
};

// By fall, of as many as there are `scores`: score_of(the walk, its lots). The walk itself, which
// is made for its law, would be looked up fall by fall.

/// Of own_message_walk(windows).
void score_own_messages(std::span<const InWindow> windows, const Falls& falls,
                        std::span<std::size_t> scores);

/// Of every_kth_walk(seen, positions, k): the acts between two messages are a difference.
void score_every_kth(const Bits& seen, std::size_t k, const Falls& falls,
                     std::span<std::size_t> scores);

/// Of every_kth_walk(seen, positions, k, between).
void score_every_kth_of_all(const Bits& seen, std::size_t k, std::span<const Between> between,
                            const Falls& falls, std::span<std::size_t> scores);

}  // namespace brewproof
