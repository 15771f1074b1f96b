// Which trials count, and the lots they were given: one event against its own sham, block by block.
//
// Assumes what the engine guarantees: within a block every order of the arms was equally likely. A
// block that lost a trial (rig damage) is left out whole, for every signature; the decision looks
// at rig data only. Trials without a block are one whole-run draw, which is an assumption.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "rig/model/finding.h"
#include "rig/model/trial.h"

namespace brewproof {

/// A set of positions 0 .. 64 * size - 1; bit p % 64 of word p / 64.
using Bits = std::vector<std::uint64_t>;
inline Bits empty_bits(std::size_t positions) { return Bits((positions + 63) / 64); }
inline void set_bit(Bits& bits, std::size_t position) {
  bits[position / 64] |= std::uint64_t{1} << (position % 64);
}
inline bool has_bit(const Bits& bits, std::size_t position) {
  return (bits[position / 64] >> (position % 64) & 1) != 0;
}

/// One draw of lots: the positions [begin, end) of an Arms, `acts` of which were real.
struct Stratum {
  int block = 0;  // 0 = trials without a block
  std::size_t begin = 0, end = 0, acts = 0;
  [[nodiscard]] std::size_t size() const { return end - begin; }
};

/// An event and its sham. A position is one trial of either; a pooled sham serves every event.
struct Arms {
  std::string event;
  std::vector<std::size_t> trials;  // position -> index into the given trials, strata in order
  std::vector<Stratum> strata;      // in order of block
  Bits acts;                        // the lots as they fell
  std::size_t act_count = 0, sham_count = 0;
};

struct Lineup {
  std::vector<Arms> arms;                 // in order of event name
  std::vector<std::size_t> used;          // indices of trials that count, in order of origin_ns
  std::vector<Exclusion> exclusions;      // by arm and reason, sorted
  std::size_t acts = 0, unconfirmed = 0;  // of the trials that count
  /// More than 5 % of all acts, or of one event's acts (two at least), were never confirmed:
  /// then nothing may be claimed.
  bool too_many_unconfirmed = false;
  std::string law;  // "blocks of 4+4", "one whole-run draw (assumed)"
};

[[nodiscard]] Lineup line_up(const std::vector<Trial>& trials);

}  // namespace brewproof
