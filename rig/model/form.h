// The binary form in which two processes of ours tell each other values, and a kept message holds
// its own: numbers of seven bits a byte, the lowest first, the top bit saying that more come;
// signed ones folded so that small ones stay short; text behind its length. Read by nobody else,
// never stored.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rig/model/bytes.h"

namespace brewproof {

class FormWriter {
 public:
  void byte(std::uint8_t value) {
    need(1);
    bytes_[size_++] = value;
  }
  void number(std::uint64_t value) {
    need(longest_number);
    for (; value >= 0x80; value >>= 7) bytes_[size_++] = static_cast<std::uint8_t>(value | 0x80);
    bytes_[size_++] = static_cast<std::uint8_t>(value);
  }
  void signed_number(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    number(bits << 1 ^ (value < 0 ? ~std::uint64_t{0} : 0));
  }
  void text(std::string_view value);
  /// A place for a number of fixed size that is known only later.
  std::size_t reserve32();
  void fill32(std::size_t place, std::uint32_t value);

  [[nodiscard]] ByteView view() const { return {bytes_.data(), size_}; }
  [[nodiscard]] std::size_t size() const { return size_; }
  /// Empties it; the memory is used again.
  void clear() { size_ = 0; }

 private:
  static constexpr std::size_t longest_number = 10;
  void need(std::size_t more) {
    if (bytes_.size() - size_ < more) bytes_.resize(2 * bytes_.size() + more);
  }
  Bytes bytes_;  // may be longer than what was written
  std::size_t size_ = 0;
};

/// Cannot overrun, as ByteReader: after the first fault it stays failed and yields zeros.
class FormReader {
 public:
  explicit FormReader(ByteView bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::size_t remaining() const { return static_cast<std::size_t>(end_ - at_); }
  void fail() { ok_ = false; }

  std::uint8_t byte() {
    if (!ok_ || at_ == end_) return failed();
    return *at_++;
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint8_t next = byte();
      // The tenth byte holds the 64th bit alone.
      if (shift == 63 && next > 1) break;
      value |= std::uint64_t{next & 0x7fu} << shift;
      if (next < 0x80) return ok_ ? value : 0;
    }
    return failed();
  }
  std::int64_t signed_number() {
    const std::uint64_t folded = number();
    return static_cast<std::int64_t>(folded >> 1 ^ (~(folded & 1) + 1));
  }
  /// A number that may not pass `most`.
  std::uint64_t number_to(std::uint64_t most) {
    const std::uint64_t value = number();
    return value <= most ? value : failed();
  }
  /// How many values follow, each of at least `least` bytes: no more than there can be.
  std::size_t count(std::size_t least) {
    const std::uint64_t value = number();  // first: what it stands in remains no more
    return static_cast<std::size_t>(value <= remaining() / least ? value : failed());
  }
  std::string_view text() {
    const std::size_t length = count(1);
    const auto* const begin = at_;
    at_ += length;
    return {reinterpret_cast<const char*>(begin), length};
  }

 private:
  std::uint8_t failed() {
    ok_ = false;
    at_ = end_;
    return 0;
  }
  const std::uint8_t* at_;
  const std::uint8_t* end_;
  bool ok_ = true;
};

}  // namespace brewproof
