#include "rig/decode/icmp/packet_in_error.h"

#include "rig/decode/packet/frame.h"

namespace brewproof::decode {
namespace {

constexpr std::uint16_t link_bare_ip = 101;  // LINKTYPE_RAW

bool has_ports(std::uint8_t ip_protocol) {  // TCP, UDP, DCCP, SCTP, UDP-Lite
  return ip_protocol == 6 || ip_protocol == 17 || ip_protocol == 33 || ip_protocol == 132 ||
         ip_protocol == 136;
}

}  // namespace

void add_packet_in_error(Message& message, Outlet& out, ByteView quoted) {
  if (quoted.empty()) return;
  Packet packet;
  packet.data = quoted;
  packet.original_length = static_cast<std::uint32_t>(quoted.size());
  packet.link_type = link_bare_ip;
  const Frame frame = read_frame(packet);
  if (frame.fault != nullptr) return out.content(message, "payload", quoted);
  const std::size_t address = frame.source.size();
  append_text(out.field(message, "about:source", FieldType::text, address).value, frame.source);
  append_text(out.field(message, "about:destination", FieldType::text, address).value,
              frame.destination);
  out.integer(message, "about:protocol", frame.ip_protocol, 1);
  ByteReader reader(frame.payload);
  if (has_ports(frame.ip_protocol) && frame.fragment_offset == 0 && reader.remaining() >= 4) {
    out.integer(message, "about:source_port", reader.be16(), 2);
    out.integer(message, "about:destination_port", reader.be16(), 2);
  }
  if (reader.remaining() != 0) out.content(message, "about:payload", reader.rest());
}

}  // namespace brewproof::decode
