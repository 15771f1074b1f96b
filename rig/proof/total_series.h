// The numbers that running totals are looked for in (totals.h), span by span: what a numeric field
// grew by, and the bytes of messages.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "rig/proof/fields.h"
#include "rig/proof/partial_fit.h"
#include "rig/proof/slots.h"
#include "rig/proof/traffic.h"

namespace brewproof {

/// A fit leaves at least so many numbers free: fewer are no series.
inline constexpr std::size_t least_freedom = 4;

/// Figures of one unit, span by span.
struct TotalSeries {
  std::vector<std::size_t> signatures;  // one, or neighbouring classes of size
  std::string path;                     // "size" for bytes
  bool bytes = false, little_endian = false;
  std::optional<Slice> slice = {};    // bytes at an offset
  std::vector<std::size_t> readings;  // by span: the message (of Traffic) at its end
  std::vector<std::size_t> from, to;  // by span: trials of slots from + 1 .. to lie in it
  Figures numbers, seconds;           // by span
};

/// Every series with numbers that differ, unit by unit, at most 512.
[[nodiscard]] std::vector<TotalSeries> total_series(const Traffic& traffic, const Slots& slots);

}  // namespace brewproof
