// Reads on where the parser refuses what stands in a message: each oddity is noted, kept as a field
// where it has a value, and read over as most receivers do.
#pragma once

#include <string_view>

#include "rig/decode/http/incoming.h"

namespace brewproof::decode {

/// Reads the rest of a header, which `wire` holds to its end, line by line. False: not even its
/// first line is one.
[[nodiscard]] bool read_refused_header(Incoming& incoming, std::string_view wire);

/// Reads a chunk with something behind its size that is no extension, often spaces. Returns how
/// many bytes of `text` were read; 0: that is not what was refused.
[[nodiscard]] std::size_t read_padded_chunk(Incoming& incoming, std::string_view text);

}  // namespace brewproof::decode
