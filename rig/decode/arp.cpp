// ARP (RFC 826): who asks for which address on the link.
#include "rig/decode/room.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

constexpr std::uint16_t ethertype_arp = 0x0806;

bool read(const Datagram& datagram, Flow& flow, Outlet& out) {
  if (datagram.ethertype != ethertype_arp || datagram.ip_protocol != 0) return false;
  ByteReader reader(datagram.bytes);
  const std::uint16_t hardware = reader.be16(), protocol = reader.be16();
  const std::uint8_t hardware_size = reader.u8(), protocol_size = reader.u8();
  const std::uint16_t operation = reader.be16();
  const ByteView sender_mac = reader.take(6), sender_ip = reader.take(4);
  const ByteView target_mac = reader.take(6), target_ip = reader.take(4);
  Message& message = out.begin(flow, datagram.from, datagram.span, "arp");
  message.size = datagram.wire_length;
  message.gap = datagram.wire_length > datagram.bytes.size();
  if (!reader.ok() || hardware != 1 || protocol != 0x0800 || hardware_size != 6 ||
      protocol_size != 4) {
    message.message = "malformed";
    out.malformed(message, "ARP for other than Ethernet and IPv4, or cut off, at byte 0");
    out.content(message, "payload", datagram.bytes);
  } else {
    if (operation == 1 || operation == 2) {
      message.message = operation == 1 ? "request" : "reply";
    } else {
      message.message = "operation ";
      append_number(message.message, operation);
    }
    const auto add = [&](std::string_view path, Address::Kind kind, ByteView bytes) {
      append_text(out.field(message, path).value, Address::of(kind, bytes));
    };
    add("sender_mac", Address::Kind::mac, sender_mac);
    add("sender_ip", Address::Kind::ipv4, sender_ip);
    add("target_mac", Address::Kind::mac, target_mac);
    add("target_ip", Address::Kind::ipv4, target_ip);
  }
  out.send(message, flow);
  return true;
}

}  // namespace

extern const Room arp_room{"arp", read, nullptr, nullptr};

}  // namespace brewproof::decode
