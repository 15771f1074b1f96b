// XOR with one byte, whose value is told by what must come out: a document's brackets, or
// key=value.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "rig/decode/payload/codec.h"
#include "rig/decode/payload/codec/guess.h"

namespace brewproof::decode {
namespace {

constexpr std::size_t shortest = 7, longest_name = 32, enough = 1024;

/// The key under which a document begins and ends as one.
std::optional<std::uint8_t> key_of_document(ByteView packed) {
  for (const std::uint8_t first : {'{', '[', '<'}) {
    const auto key = static_cast<std::uint8_t>(packed[0] ^ first);
    if (key != 0 && begins_document(first, packed[1] ^ key) && ends_document(packed.back() ^ key))
      return key;
  }
  return std::nullopt;
}

/// The key under which the beginning is two key=value pairs or more, all printable.
std::optional<std::uint8_t> key_of_pairs(ByteView packed) {
  if (begins_as_text(packed)) return std::nullopt;  // text under another key is text as well
  packed = packed.first(std::min(packed.size(), enough));
  // Under one key the top bit of ASCII text is the same everywhere.
  const ByteView first = packed.first(std::min<std::size_t>(packed.size(), 32));
  if (std::any_of(first.begin(), first.end(),
                  [&](std::uint8_t b) { return ((b ^ packed[0]) & 0x80) != 0; }))
    return std::nullopt;
  for (unsigned key = 1; key < 256; ++key) {
    std::size_t at = 0, name = 0, pairs = 0;
    bool in_name = true;
    for (; at < packed.size(); ++at) {
      const auto c = static_cast<std::uint8_t>(packed[at] ^ key);
      const bool letter = (alphabets[c] & alphabet::name) != 0;
      if (in_name && letter && ++name <= longest_name) continue;
      if (in_name && c == '=' && name != 0) {
        in_name = false;
        ++pairs;
      } else if (!in_name && (c == '&' || c == ';' || c == ',' || c == '\n')) {
        in_name = true;
        name = 0;
      } else if (in_name || ((c < 0x20 || c > 0x7e) && c != '\r')) {
        break;
      }
    }
    if (at == packed.size() && pairs >= 2) return static_cast<std::uint8_t>(key);
  }
  return std::nullopt;
}

std::optional<std::uint8_t> key_of(ByteView packed) {
  if (packed.size() < shortest) return std::nullopt;
  const auto key = key_of_document(packed);
  return key ? key : key_of_pairs(packed);
}

bool looks(ByteView packed) { return key_of(packed).has_value(); }

void open(ByteView packed, Opening& opening) {
  if (!opening.can_hold(packed.size())) return;
  const std::optional<std::uint8_t> key = key_of(packed);
  if (!key) {
    opening.fault = "no key is known";
    return;
  }
  opening.step = fmt::format("xor:{:02x}", *key);
  for (const std::uint8_t cipher : packed) {
    opening.bytes.push_back(static_cast<std::uint8_t>(cipher ^ *key));
  }
}

}  // namespace

extern const Codec xor_codec{"xor", {}, true, looks, open};

}  // namespace brewproof::decode
