// Opens gzip (RFC 1952), zlib (RFC 1950) and raw deflate (RFC 1951) content, within bounds: a bomb
// is cut off, not unpacked.
#pragma once

#include <cstddef>
#include <string>

#include "rig/model/bytes.h"

namespace brewproof::decode {

struct Inflated {
  Bytes bytes;        // everything before the fault
  std::string fault;  // "" = whole; else what stopped it and at which input byte
};

/// The format is told from the first bytes. Stops beyond `max_ratio` times the input's size (at
/// least 64 KiB are always allowed) and beyond `max_bytes`.
[[nodiscard]] Inflated inflate_all(ByteView packed, unsigned max_ratio, std::size_t max_bytes);

}  // namespace brewproof::decode
