// Whether bytes begin an HTTP/1 message: a method, a target and a version in one line, or a status
// line (RFC 9112 sections 3 and 4).
#pragma once

#include "rig/decode/room.h"

namespace brewproof::decode {

[[nodiscard]] Claim claim_http(ByteView bytes);

}  // namespace brewproof::decode
