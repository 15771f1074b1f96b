// Which alphabets a text is written in: a quick test before anything is undone.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "rig/model/bytes.h"

namespace brewproof::decode {

namespace alphabet {
inline constexpr std::uint8_t hex = 1, base64 = 2, base64url = 4;  // RFC 4648
inline constexpr std::uint8_t escaped = 8;                         // RFC 3986: what is not escaped
inline constexpr std::uint8_t name = 16;                           // of a key in key=value
}  // namespace alphabet

constexpr std::array<std::uint8_t, 256> make_alphabets() {
  std::array<std::uint8_t, 256> all{};
  using namespace alphabet;
  for (std::size_t c = '0'; c <= '9'; ++c) all[c] = hex | base64 | base64url | escaped | name;
  for (std::size_t c = 'A'; c <= 'Z'; ++c) {
    const std::uint8_t digit = c <= 'F' ? hex : std::uint8_t{0};
    all[c] = all[c + 32] = static_cast<std::uint8_t>(digit | base64 | base64url | escaped | name);
  }
  all['+'] = base64 | escaped;
  all['/'] = base64;
  all['-'] = base64url | escaped | name;
  all['_'] = base64url | escaped | name;
  all['.'] = escaped | name;
  all['~'] = all['%'] = all['*'] = escaped;
  return all;
}
inline constexpr std::array<std::uint8_t, 256> alphabets = make_alphabets();

/// The alphabets that all of the first bytes belong to, `longest` of them at most.
constexpr std::uint8_t common_alphabets(ByteView text, std::size_t longest = 64) {
  std::uint8_t common = 0xff;
  for (std::size_t i = 0; i < text.size() && i < longest && common != 0; ++i)
    common &= alphabets[text[i]];
  return common;
}

/// Without the white space of RFC 8259 section 2 in front.
constexpr std::string_view skip_white(std::string_view text) {
  const auto white = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
  while (!text.empty() && white(text[0])) text.remove_prefix(1);
  return text;
}

/// How many bytes a byte order mark (RFC 3629 section 6) takes in front: 3 or 0. JSON should have
/// none, and a reader may ignore it (RFC 8259 section 8.1).
constexpr std::size_t byte_order_mark(std::string_view text) {
  constexpr std::string_view mark = "\xef\xbb\xbf";
  return text.starts_with(mark) ? mark.size() : 0;
}

/// The value of a hex digit; -1 for anything else.
constexpr int hex_digit(std::uint8_t c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

}  // namespace brewproof::decode
