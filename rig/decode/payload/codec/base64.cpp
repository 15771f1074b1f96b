// base64 and base64url (RFC 4648 sections 4 and 5), padded or not, in one line or several. A text
// in letters and digits alone may be either: then it is taken for base64 where its length would
// need no padding, unless this field was seen as base64url before.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rig/decode/payload/alphabet.h"
#include "rig/decode/payload/codec.h"

namespace brewproof::decode {
namespace {

constexpr std::size_t shortest = 16;

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values{};
  for (auto& value : values) value = 0xff;
  for (std::uint8_t i = 0; i < 26; ++i) {
    values[std::size_t{'A'} + i] = i;
    values[std::size_t{'a'} + i] = static_cast<std::uint8_t>(26 + i);
  }
  for (std::uint8_t i = 0; i < 10; ++i)
    values[std::size_t{'0'} + i] = static_cast<std::uint8_t>(52 + i);
  values['+'] = values['-'] = 62;
  values['/'] = values['_'] = 63;
  return values;
}
constexpr std::array<std::uint8_t, 256> values = make_values();

bool is_line_end(std::uint8_t c) { return c == '\r' || c == '\n'; }

bool looks_like(ByteView packed, std::uint8_t wanted) {
  if (packed.size() < shortest) return false;
  const ByteView line = packed.first(std::min<std::size_t>(packed.size(), 60));
  std::uint8_t common = 0xff;
  for (std::size_t i = 0; i < line.size() && common != 0; ++i) {
    const bool padding = packed.size() - i <= 4 && line[i] == '=';
    if (!padding && !is_line_end(line[i])) common &= alphabets[line[i]];
  }
  return (common & wanted) != 0 && (common & alphabet::hex) == 0;
}
bool looks_like_base64(ByteView packed) { return looks_like(packed, alphabet::base64); }
bool looks_like_base64url(ByteView packed) { return looks_like(packed, alphabet::base64url); }

struct Seen {
  bool plain = false;  // + or /
  bool url = false;    // - or _
  bool padded = false;
  std::size_t digits = 0;  // without padding
};

/// What is written in either alphabet; bits that a last digit has too many must be zero (section
/// 3.5), which ordinary words seldom manage.
Seen read(ByteView packed, Opening& opening) {
  Seen seen;
  if (!opening.can_hold(packed.size() / 4 * 3 + 3)) return seen;
  opening.bytes.reserve(packed.size() / 4 * 3 + 3);
  std::uint32_t bits = 0;
  unsigned count = 0;  // bits held
  std::size_t padding = 0, at = 0;
  const auto stop = [&](const char* why) { opening.fault = fmt::format("{} at byte {}", why, at); };
  for (; at < packed.size(); ++at) {
    const std::uint8_t c = packed[at];
    if (is_line_end(c)) continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const std::uint8_t value = values[c];
    if (value == 0xff || padding != 0) {
      stop("no base64 digit");
      return seen;
    }
    seen.plain |= c == '+' || c == '/';
    seen.url |= c == '-' || c == '_';
    ++seen.digits;
    bits = (bits << 6 | value) & 0xfff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    opening.bytes.push_back(static_cast<std::uint8_t>(bits >> count));
  }
  seen.padded = padding != 0;
  if (seen.digits % 4 == 1 || (padding != 0 && (seen.digits + padding) % 4 != 0) || padding > 2)
    stop("base64 is cut off");
  else if ((bits & ((1u << count) - 1)) != 0)
    stop("bits are left over");
  return seen;
}

void refuse(Opening& opening, const char* why) {
  if (!opening.fault.empty()) return;
  opening.fault = why;
  opening.bytes.clear();
}

void open_base64(ByteView packed, Opening& opening) {
  const Seen seen = read(packed, opening);
  if (seen.url) return refuse(opening, "it has digits of base64url");
  if (!seen.plain && !seen.padded && seen.digits % 4 != 0 && !opening.declared)
    refuse(opening, "its padding is missing, as in base64url");
}

void open_base64url(ByteView packed, Opening& opening) {
  const Seen seen = read(packed, opening);
  if (seen.plain) refuse(opening, "it has digits of base64");
}

}  // namespace

extern const Codec base64_codec{"base64", "base64", false, looks_like_base64, open_base64};
extern const Codec base64url_codec{"base64url", {}, false, looks_like_base64url, open_base64url};

}  // namespace brewproof::decode
