// WebSocket (RFC 6455). The HTTP room hands it over after the handshake; a stream captured from its
// middle is claimed by its frames.
#include "rig/decode/websocket/frame.h"
#include "rig/decode/websocket/reader.h"

namespace brewproof::decode {
namespace {

Claim claims(ByteView bytes, const StreamStart& start) {
  return !start.begins && looks_like_websocket(bytes) ? Claim::yes : Claim::no;
}

std::unique_ptr<StreamReader> open(Flow& flow, Outlet& out) {
  return open_websocket(flow, out, {});
}

}  // namespace

extern const Room websocket_room{"websocket", nullptr, claims, open};

}  // namespace brewproof::decode
