// ARP (RFC 826) and its probes and announcements (RFC 5227): who asks for which address on the
// link.
#include "rig/decode/fields.h"
#include "rig/decode/room.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

constexpr std::uint16_t ethertype_arp = 0x0806, ethertype_rarp = 0x8035;

void append_operation(std::string& label, std::uint16_t operation, ByteView sender_ip,
                      ByteView target_ip) {
  constexpr std::string_view operations[] = {"", "request", "reply", "reverse request",
                                             "reverse reply"};
  const bool asks = operation == 1;
  if (asks && sender_ip[0] == 0 && sender_ip[1] == 0 && sender_ip[2] == 0 && sender_ip[3] == 0) {
    label = "probe";
  } else if (asks && as_text(sender_ip) == as_text(target_ip)) {
    label = "announcement";
  } else if (operation != 0 && operation < std::size(operations)) {
    label = operations[operation];
  } else {
    label = "operation ";
    append_number(label, operation);
  }
}

bool read(const Datagram& datagram, Flow& flow, Outlet& out) {
  if (datagram.ip_protocol != 0 ||
      (datagram.ethertype != ethertype_arp && datagram.ethertype != ethertype_rarp))
    return false;
  ByteReader reader(datagram.bytes);
  const std::uint16_t hardware = reader.be16(), protocol = reader.be16();
  const std::uint8_t hardware_size = reader.u8(), protocol_size = reader.u8();
  const std::uint16_t operation = reader.be16();
  const ByteView sender_mac = reader.take(6), sender_ip = reader.take(4);
  const ByteView target_mac = reader.take(6), target_ip = reader.take(4);
  Message& message = begin(datagram, flow, out, "arp");
  if (!reader.ok() || hardware != 1 || protocol != 0x0800 || hardware_size != 6 ||
      protocol_size != 4) {
    message.message = "malformed";
    if (!datagram.cut())
      out.malformed(message, "ARP for other than Ethernet and IPv4, or cut off, at byte 0");
    add_unread(message, out, "payload", datagram.bytes);
  } else {
    append_operation(message.message, operation, sender_ip, target_ip);
    add_address(message, out, "sender_mac", Address::Kind::mac, sender_mac);
    add_address(message, out, "sender_ip", Address::Kind::ipv4, sender_ip);
    add_address(message, out, "target_mac", Address::Kind::mac, target_mac);
    add_address(message, out, "target_ip", Address::Kind::ipv4, target_ip);
  }
  out.send(message, flow);
  return true;
}

}  // namespace

extern const Room arp_room{"arp", read, nullptr, nullptr};

}  // namespace brewproof::decode
