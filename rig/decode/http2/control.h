// Frames that steer a connection and carry no part of a request or response (RFC 9113 section 6).
// Each is a message of its own, named as the standard names it.
#pragma once

#include "rig/decode/http2/frame.h"
#include "rig/decode/outlet.h"

namespace brewproof::decode::http2 {

/// Labels `message` and adds what the frame says; `request`: the label of its stream's request.
void add_control(Message& message, Outlet& out, const Frame& frame, ByteView payload,
                 std::string_view request);

}  // namespace brewproof::decode::http2
