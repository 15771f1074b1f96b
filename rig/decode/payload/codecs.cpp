#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "rig/decode/payload/codec.h"

namespace brewproof::decode {

extern const Codec gzip_codec, zlib_codec, deflate_codec, zstd_codec, lz4_codec, compress_codec,
    brotli_codec, hex_codec, base64_codec, base64url_codec, percent_codec, utf16_codec,
    autokey_codec, xor_codec;

namespace {

// Those that leave no doubt come first, then text before binary guesses.
constexpr const Codec* all[] = {&gzip_codec,     &zlib_codec,  &zstd_codec,    &lz4_codec,
                                &compress_codec, &hex_codec,   &base64_codec,  &base64url_codec,
                                &percent_codec,  &utf16_codec, &autokey_codec, &xor_codec,
                                &deflate_codec,  &brotli_codec};

}  // namespace

std::span<const Codec* const> codecs() { return all; }

bool Opening::add(ByteView more) {
  const std::size_t room = limit - std::min(limit, bytes.size());
  const ByteView kept = more.first(std::min(room, more.size()));
  bytes.insert(bytes.end(), kept.begin(), kept.end());
  if (kept.size() == more.size()) return true;
  limit_reached = true;
  return false;
}

bool Opening::can_hold(std::size_t count) {
  if (count <= limit) return true;
  limit_reached = true;
  fault = fmt::format("it holds more than {} bytes", limit);
  return false;
}

bool begins_as_text(ByteView bytes) {
  const ByteView first = bytes.first(std::min<std::size_t>(bytes.size(), 16));
  return std::all_of(first.begin(), first.end(), [](std::uint8_t b) {
    return (b >= 0x20 && b < 0x7f) || b == '\t' || b == '\r' || b == '\n';
  });
}

}  // namespace brewproof::decode
