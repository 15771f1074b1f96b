// QUIC, versions 1 and 2 (RFC 9000, 9001, 9369) and the last drafts of 1. A client's first packet
// proves itself: it opens with keys that come from its own header. What follows it is known by the
// conversation; without it, packets with long headers are taken for QUIC on port 443 alone.
#include <algorithm>

#include "rig/decode/quic/connection.h"
#include "rig/decode/room.h"

namespace brewproof::decode {
namespace {

constexpr std::uint16_t https_port = 443;
constexpr std::size_t max_packets = 16;  // of one datagram

/// The packets with long headers at the datagram's beginning; those behind the first must be for
/// the same connection (RFC 9000 section 12.2).
void read_packets(const Datagram& datagram, std::vector<QuicPacket>& packets) {
  packets.clear();
  std::size_t at = 0;
  while (at < datagram.bytes.size() && packets.size() < max_packets) {
    const auto packet = read_quic_packet(datagram.bytes.subspan(at), datagram.wire_length - at);
    if (!packet) return;
    if (!packets.empty() && as_text(packet->destination) != as_text(packets[0].destination)) return;
    packets.push_back(*packet);
    at += packet->wire_length;
  }
}

/// On port 443, what looks like a packet of a version that is in use.
bool plausible(const QuicPacket& packet) {
  if (packet.type != QuicType::negotiation) return true;
  ByteReader reader(packet.versions);
  bool known = false;
  while (reader.remaining() >= 4) known |= is_quic_version(reader.be32());
  return known;
}

bool read(const Datagram& datagram, Flow& flow, Outlet& out) {
  if (!datagram.udp() || datagram.bytes.empty()) return false;
  auto& packets = out.memory<std::vector<QuicPacket>>();
  auto* connection = find_session<QuicConnection>(datagram);
  const bool confirmed = connection != nullptr && connection->confirmed();
  if ((datagram.bytes[0] & 0x80) == 0) {
    if (!confirmed || (datagram.bytes[0] & 0x40) == 0) return false;
    packets.clear();
    connection->read(datagram, packets);
    return true;
  }
  read_packets(datagram, packets);
  if (packets.empty()) return false;
  if (!confirmed && !begins_quic(packets[0]) &&
      !(datagram.has_port(https_port) && plausible(packets[0])))
    return false;
  session<QuicConnection>(datagram, flow, out).read(datagram, packets);
  return true;
}

}  // namespace

extern const Room quic_room{"quic", read, nullptr, nullptr};

}  // namespace brewproof::decode
