// What the bytes between those that carry a parameter are, in as few pieces as tell it: clocks and
// counters where some of them read as a number that is one, constant bytes, and the rest. Like all
// kinds these are names, not claims.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rig/proof/offsets.h"

namespace brewproof {

/// More pieces than this nobody reads: then all that lies between two parameters is one.
inline constexpr std::size_t most_runs = 32;

struct ByteRun {
  enum class Reading { bytes, little_endian, big_endian };  // numbers: clocks and counters
  Slice slice;
  Reading reading = Reading::bytes;
};

/// Covers `free` (by offset, `bytes.length()` long) and nothing else; in order of offset.
/// `sent_ns`: by row. In order of preference, each the narrowest and then the first that fits:
///   a clock    4, 6 or 8 bytes that tell the packets' time within 2 s; else a clock of its own
///   a counter  1, 2, 3, 4 or 8 bytes that only grow or only fall, five rows at least
///   constant bytes side by side, and bytes that vary side by side
[[nodiscard]] std::vector<ByteRun> runs_of(const Opaque& bytes, std::size_t of,
                                           std::vector<bool> free,
                                           const std::vector<std::int64_t>& sent_ns);

}  // namespace brewproof
