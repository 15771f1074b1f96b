// What the readers of blocks share: a value counts only where the block ends with it. Pure.
#pragma once

#include <optional>
#include <utility>

#include "drivers/mdb/block.h"

namespace brewproof::mdb {

/// The fault of a block that was read with `in`: it ended too early, or goes on behind the value.
[[nodiscard]] inline std::optional<Fault> end_fault(const ByteReader& in, ByteView content) {
  if (!in.ok()) return Fault{content.size(), "the block ends too early"};
  if (in.remaining() > 0) return Fault{in.position(), "the block goes on behind its last field"};
  return std::nullopt;
}

/// The value, as one of those that such a block may hold, or its fault.
template <class Whole, class Value>
[[nodiscard]] Read<Whole> ends_with(const ByteReader& in, ByteView content, Value value) {
  if (const auto fault = end_fault(in, content)) return tl::unexpected(*fault);
  return Whole(std::move(value));
}

}  // namespace brewproof::mdb
