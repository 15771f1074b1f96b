// Percent-encoding (RFC 3986 section 2.1), path step `url`.
#include <fmt/format.h>

#include "rig/decode/payload/alphabet.h"
#include "rig/decode/payload/codec.h"

namespace brewproof::decode {
namespace {

bool escape_at(ByteView text, std::size_t at) {
  return at + 2 < text.size() && hex_digit(text[at + 1]) >= 0 && hex_digit(text[at + 2]) >= 0;
}

bool looks(ByteView packed) {
  if ((common_alphabets(packed) & alphabet::escaped) == 0) return false;
  for (std::size_t i = 0; i < packed.size() && i < 64; ++i)
    if (packed[i] == '%') return escape_at(packed, i);
  return false;
}

void open(ByteView packed, Opening& opening) {
  if (!opening.can_hold(packed.size())) return;
  for (std::size_t at = 0; at < packed.size(); ++at) {
    std::uint8_t c = packed[at];
    if (c == '%') {
      if (!escape_at(packed, at)) {
        opening.fault = fmt::format("no two hex digits behind % at byte {}", at);
        return;
      }
      c = static_cast<std::uint8_t>(hex_digit(packed[at + 1]) << 4 | hex_digit(packed[at + 2]));
      at += 2;
    } else if ((alphabets[c] & alphabet::escaped) == 0) {
      opening.fault = fmt::format("byte {} should have been escaped", at);
      return;
    } else if (c == '+') {
      c = ' ';
    }
    opening.bytes.push_back(c);
  }
}

}  // namespace

extern const Codec percent_codec{"url", {}, false, looks, open};

}  // namespace brewproof::decode
