// When and where bytes were captured: the times and places of the packets that carried them.
// Also the two sides of a conversation.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "rig/model/packet.h"

namespace brewproof::decode {

/// The side that opened a conversation, and the one that answers.
enum class Side : std::uint8_t { client, server };

[[nodiscard]] constexpr Side other(Side side) {
  return side == Side::client ? Side::server : Side::client;
}
[[nodiscard]] constexpr std::size_t index(Side side) { return static_cast<std::size_t>(side); }

/// The packets that carried some bytes: earliest and latest, by time and by place.
struct Span {
  std::int64_t first_ns = 0, last_ns = 0;
  PacketPlace first, last;

  static Span of(const Packet& packet) {
    return {packet.time_ns, packet.time_ns, packet.place, packet.place};
  }
  void include(const Span& more) {
    first_ns = std::min(first_ns, more.first_ns);
    last_ns = std::max(last_ns, more.last_ns);
    first = std::min(first, more.first);
    last = std::max(last, more.last);
  }
};

}  // namespace brewproof::decode
