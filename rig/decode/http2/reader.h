// Reads both directions of an HTTP/2 connection (RFC 9113): streams that are interleaved in frames,
// each a request and its response. A message's size is that of all frames that carried it, with
// their headers and padding; what steers the connection is told frame by frame.
#pragma once

#include <string>

#include "rig/decode/room.h"

namespace brewproof::decode {

/// An HTTP/1 request that went over to HTTP/2 (RFC 7540 section 3.2): its response is on stream 1.
struct Http2Upgrade {
  bool known = false;  // else the connection is HTTP/2 from its begin, or from before the capture
  Side client = Side::client;
  std::string request;  // its label
};

[[nodiscard]] std::unique_ptr<StreamReader> open_http2(Flow& flow, Outlet& out,
                                                       Http2Upgrade upgrade);

}  // namespace brewproof::decode
