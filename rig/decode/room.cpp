#include "rig/decode/room.h"

#include <fmt/format.h>

namespace brewproof::decode {

Message& begin(const Datagram& datagram, const Flow& flow, Outlet& out, std::string_view protocol) {
  Message& message = out.begin(flow, datagram.from, datagram.span, protocol);
  message.size = datagram.wire_length;
  message.gap = datagram.cut();
  if (datagram.cut())
    message.notes.push_back(fmt::format("cut by the snap length: {} of {} bytes were captured",
                                        datagram.bytes.size(), datagram.wire_length));
  return message;
}

}  // namespace brewproof::decode
