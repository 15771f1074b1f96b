// Bytes as hexadecimal digits (RFC 4648 section 8), both cases.
#include <fmt/format.h>

#include <algorithm>

#include "rig/decode/payload/alphabet.h"
#include "rig/decode/payload/codec.h"

namespace brewproof::decode {
namespace {

constexpr std::size_t shortest = 16;

bool looks(ByteView packed) {
  if (packed.size() < shortest || packed.size() % 2 != 0) return false;
  if ((common_alphabets(packed) & alphabet::hex) == 0) return false;
  // Decimal digits alone are a number.
  const ByteView first = packed.first(std::min<std::size_t>(packed.size(), 64));
  return std::any_of(first.begin(), first.end(), [](std::uint8_t c) { return c > '9'; });
}

void open(ByteView packed, Opening& opening) {
  if (!opening.can_hold(packed.size() / 2)) return;
  opening.bytes.reserve(packed.size() / 2);
  for (std::size_t i = 0; i < packed.size(); i += 2) {
    const int high = hex_digit(packed[i]);
    const int low = i + 1 < packed.size() ? hex_digit(packed[i + 1]) : -1;
    if (high < 0 || low < 0) {
      opening.fault = fmt::format("no two hex digits at byte {}", i);
      return;
    }
    opening.bytes.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
}

}  // namespace

extern const Codec hex_codec{"hex", {}, false, looks, open};

}  // namespace brewproof::decode
