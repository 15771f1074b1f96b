// Protocol Buffers field by field, as they stand on the wire (protobuf.dev "Encoding").
#pragma once

#include <cstdint>

#include "rig/model/bytes.h"

namespace brewproof::decode::protobuf {

inline constexpr std::uint64_t largest_number = 536870911;

/// What stands behind a tag.
namespace wire {
inline constexpr unsigned varint = 0, fixed64 = 1, length = 2, fixed32 = 5;
}

struct FieldOnWire {
  std::uint64_t number = 0, value = 0;
  unsigned type = 0;
  ByteView content;
  std::size_t size = 0;  // bytes that tell the value
};

/// Reads field by field; after a fault there are no more. `strict`: as known writers write, with
/// rising numbers in the shortest form.
class Fields {
 public:
  Fields(ByteView bytes, bool strict) : bytes_(bytes), strict_(strict) {}

  bool next(FieldOnWire& field) {
    if (at_ == bytes_.size() || fault_) return false;
    std::uint64_t tag = 0;
    if (!varint(tag)) return false;
    field.number = tag >> 3;
    field.type = static_cast<unsigned>(tag & 7);
    if (field.number == 0 || field.number > largest_number) return fail();
    if (strict_ && field.number < last_) return fail();
    last_ = field.number;
    const std::size_t begin = at_;
    switch (field.type) {
      case wire::varint:
        if (!varint(field.value)) return false;
        break;
      case wire::fixed64:
        if (!fixed(8, field.value)) return false;
        break;
      case wire::length:
        if (!varint(field.value)) return false;
        if (field.value > bytes_.size() - at_) return fail();
        field.content = bytes_.subspan(at_, static_cast<std::size_t>(field.value));
        at_ += field.content.size();
        field.size = field.content.size();
        return true;
      case wire::fixed32:
        if (!fixed(4, field.value)) return false;
        break;
      default:  // groups, which nobody writes any more
        return fail();
    }
    field.size = at_ - begin;
    return true;
  }
  /// A number of its own, as they stand in a packed field.
  bool number(std::uint64_t& value) { return at_ != bytes_.size() && !fault_ && varint(value); }
  [[nodiscard]] bool ok() const { return !fault_; }
  [[nodiscard]] std::size_t position() const { return at_; }

 private:
  bool fail() {
    fault_ = true;
    return false;
  }
  bool varint(std::uint64_t& value) {
    value = 0;
    for (unsigned i = 0; i < 10; ++i) {
      if (at_ == bytes_.size()) return fail();
      const std::uint8_t byte = bytes_[at_++];
      value |= std::uint64_t{byte & 0x7fu} << (7 * i);
      if ((byte & 0x80) != 0) continue;
      if (strict_ && byte == 0 && i != 0) return fail();  // longer than it need be
      return i < 9 || byte == 1 || fail();
    }
    return fail();
  }
  bool fixed(std::size_t count, std::uint64_t& value) {
    if (bytes_.size() - at_ < count) return fail();
    value = 0;
    for (std::size_t i = 0; i < count; ++i) value |= std::uint64_t{bytes_[at_ + i]} << (8 * i);
    at_ += count;
    return true;
  }

  ByteView bytes_;
  bool strict_, fault_ = false;
  std::size_t at_ = 0;
  std::uint64_t last_ = 0;
};

/// The zigzag form of signed numbers.
constexpr std::int64_t unfolded(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1 ^ (~(value & 1) + 1));
}

}  // namespace brewproof::decode::protobuf
