// Lots drawn again, exactly as they were dealt: within each block the acts of one event fall
// uniformly among the slots of that event and its own sham. All other slots stay as they are, so
// other events may act on the same messages without disturbing the test.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "rig/model/generator.h"
#include "rig/proof/arms.h"

namespace brewproof {

/// A generator of its own for one purpose: seeded by the first 8 bytes (big-endian) of
/// SHA-256("<purpose>/<seed in decimal>"). The plan's own stream is never walked again: re-drawn
/// lots must not repeat the lots that were dealt.
[[nodiscard]] Generator redraw_generator(std::uint64_t seed, std::string_view purpose);

class Lots {
 public:
  explicit Lots(const Arms& arms);
  /// Overwrites `acts` (one bit a position, as Arms::acts) with a new fall of the lots.
  void redraw(Generator& generator, Bits& acts);

 private:
  const std::vector<Stratum>& strata_;
  std::vector<std::size_t> positions_;  // of one stratum, scratch
};

}  // namespace brewproof
