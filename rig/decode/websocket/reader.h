// Reads both directions of a WebSocket (RFC 6455): messages put together from their frames, packed
// ones opened (RFC 7692), control frames. What a subprotocol carries as a stream of its own (MQTT
// 5.0 section 6) is read by the room that knows it: its messages count the frames around them, so
// that the bytes still add up.
#pragma once

#include <string>

#include "rig/decode/room.h"

namespace brewproof::decode {

/// What the opening handshake agreed upon.
struct WebSocketUpgrade {
  bool known = false;  // else the capture began behind it
  Side client = Side::client;
  std::string path;        // of the request, as in its label
  std::string protocol;    // the subprotocol that the server chose
  std::string extensions;  // that the server chose
};

[[nodiscard]] std::unique_ptr<StreamReader> open_websocket(Flow& flow, Outlet& out,
                                                           WebSocketUpgrade upgrade);

}  // namespace brewproof::decode
