// Bytes of a device as they may stand in a message to people: in quotes, with everything that is
// not printable ASCII escaped, cut where it is long.
#pragma once

#include <string>

#include "rig/model/bytes.h"

namespace brewproof {

/// Text with \r, \n and \xNN; after 64 bytes it ends with how many more there were. Bytes of which
/// fewer than half are printable are given in hex.
[[nodiscard]] std::string quoted(ByteView bytes);

}  // namespace brewproof
