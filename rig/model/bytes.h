// Bytes from a hostile wire, and the one reader that cannot overrun: after the first read past the
// end it stays failed and yields zeros, so decoding code is straight-line and checks `ok()` once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace brewproof {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Lower-case hex without separators.
[[nodiscard]] std::string to_hex(ByteView bytes);

class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : bytes_(bytes) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::size_t position() const { return position_; }
  /// 0 once it has failed, so that a loop over what is left ends.
  [[nodiscard]] std::size_t remaining() const { return ok_ ? bytes_.size() - position_ : 0; }

  std::uint8_t u8() { return static_cast<std::uint8_t>(big_endian(1)); }
  std::uint16_t be16() { return static_cast<std::uint16_t>(big_endian(2)); }
  std::uint32_t be24() { return static_cast<std::uint32_t>(big_endian(3)); }
  std::uint32_t be32() { return static_cast<std::uint32_t>(big_endian(4)); }
  std::uint64_t be64() { return big_endian(8); }
  std::uint16_t le16() { return static_cast<std::uint16_t>(little_endian(2)); }
  std::uint32_t le32() { return static_cast<std::uint32_t>(little_endian(4)); }
  std::uint64_t le64() { return little_endian(8); }

  /// The next `count` bytes; empty and failed where fewer are left.
  ByteView take(std::size_t count) {
    if (!need(count)) return {};
    const ByteView part = bytes_.subspan(position_, count);
    position_ += count;
    return part;
  }
  void skip(std::size_t count) { take(count); }
  ByteView rest() { return take(remaining()); }

 private:
  bool need(std::size_t count) {
    ok_ = ok_ && remaining() >= count;
    return ok_;
  }
  std::uint64_t big_endian(std::size_t count) {
    std::uint64_t value = 0;
    for (const std::uint8_t b : take(count)) value = value << 8 | b;
    return value;
  }
  std::uint64_t little_endian(std::size_t count) {
    std::uint64_t value = 0;
    std::size_t shift = 0;
    for (const std::uint8_t b : take(count)) value |= std::uint64_t{b} << (8 * shift++);
    return value;
  }

  ByteView bytes_;
  std::size_t position_ = 0;
  bool ok_ = true;
};

}  // namespace brewproof
