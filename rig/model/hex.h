// Hex digits, in either case, as bytes. to_hex (bytes.h) is the way back.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace brewproof {

/// What the digit stands for; -1: it is none.
[[nodiscard]] constexpr int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// False where there is another character, or more or fewer digits than fit; `bytes` may then be
/// written in part.
[[nodiscard]] constexpr bool read_hex(std::string_view text, std::span<std::uint8_t> bytes) {
  if (text.size() != 2 * bytes.size()) return false;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return true;
}

}  // namespace brewproof
