// Reads both directions of an HTTP/1 connection. Which side asks is told by the bytes, so both are
// read alike.
#pragma once

#include "rig/decode/room.h"

namespace brewproof::decode {

[[nodiscard]] std::unique_ptr<StreamReader> open_http(Flow& flow, Outlet& out);

}  // namespace brewproof::decode
