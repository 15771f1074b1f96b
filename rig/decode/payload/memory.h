// What payload decoders keep from one message to the next: memory that is used again, and which
// encoding a field had. Owned by the Outlet.
#pragma once

#include <array>
#include <string>
#include <unordered_map>

#include "rig/decode/payload/json_fields.h"
#include "rig/model/bytes.h"

namespace brewproof::decode {

struct Codec;

/// Encodings that one value may be wrapped in, beside those that the protocol declares.
inline constexpr unsigned max_codecs = 3;
/// Codings that a protocol may declare for one body ("gzip, br").
inline constexpr unsigned max_declared_codecs = 4;

struct PayloadMemory {
  std::string path;  // of the field under construction
  JsonFields json;
  std::array<Bytes, max_codecs + max_declared_codecs> opened;  // by nesting
  /// By a hash of message and path: what opened this field before, where that is ambiguous.
  std::unordered_map<std::size_t, const Codec*> earlier;
};

}  // namespace brewproof::decode
