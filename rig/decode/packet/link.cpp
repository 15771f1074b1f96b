#include "rig/decode/packet/link.h"

namespace brewproof::decode {
namespace {

constexpr std::uint16_t link_null = 0, link_ppp = 9, link_raw_12 = 12, link_raw_14 = 14,
                        link_raw = 101, link_loop = 108, link_cooked = 113, link_ipv4 = 228,
                        link_ipv6 = 229, link_cooked_2 = 276;
constexpr std::uint16_t hardware_netlink = 824;  // Linux ARPHRD_NETLINK

/// 802.1Q, 802.1ad and the older QinQ tags; four are more than any real network stacks.
void pass_tags(Frame& frame, ByteReader& reader) {
  for (int tags = 0; tags < 4 && (frame.ethertype == 0x8100 || frame.ethertype == 0x88a8 ||
                                  frame.ethertype == 0x9100);
       ++tags) {
    reader.skip(2);
    frame.ethertype = reader.be16();
  }
}

std::uint16_t ethertype_of_ip(ByteView bytes) {
  return !bytes.empty() && bytes[0] >> 4 == 6 ? ethertype_ipv6 : ethertype_ipv4;
}

/// The family's number depends on the system that captured, and on LINKTYPE_NULL its byte order
/// too: IPv4 is 2 on all; IPv6 is 24 on NetBSD and OpenBSD, 28 on FreeBSD, 30 on macOS, 10 on
/// Linux.
std::uint16_t ethertype_of_family(std::uint32_t family) {
  if (family > 0xffff) family = __builtin_bswap32(family);
  if (family == 2) return ethertype_ipv4;
  const bool v6 = family == 10 || family == 24 || family == 28 || family == 30;
  return v6 ? ethertype_ipv6 : std::uint16_t{0};
}

/// Cooked headers hold the sender's address alone, and say whom the kernel took it to be for.
struct Cooked {
  std::uint16_t hardware = 0, length = 0, protocol = 0;
  unsigned to = 0;
  ByteView address;  // eight bytes
};

Cooked read_cooked(ByteReader& reader) {
  Cooked cooked;
  cooked.to = reader.be16();
  cooked.hardware = reader.be16();
  cooked.length = reader.be16();
  cooked.address = reader.take(8);
  cooked.protocol = reader.be16();
  return cooked;
}

Cooked read_cooked_2(ByteReader& reader) {
  Cooked cooked;
  cooked.protocol = reader.be16();
  reader.skip(6);  // reserved, interface
  cooked.hardware = reader.be16();
  cooked.to = reader.u8();
  cooked.length = reader.u8();
  cooked.address = reader.take(8);
  return cooked;
}

void use_cooked(Frame& frame, ByteReader& reader, const Cooked& cooked) {
  if (!reader.ok()) return;
  if (cooked.length == 6) frame.source_mac = cooked.address.first(6);
  frame.group = cooked.to == 1 || cooked.to == 2;  // broadcast, multicast
  if (cooked.hardware == hardware_netlink) return;
  frame.ethertype = cooked.protocol;
  pass_tags(frame, reader);
}

void read_headers(Frame& frame, ByteReader& reader, const Packet& packet) {
  switch (packet.link_type) {
    case link_ethernet:
      frame.destination_mac = reader.take(6);
      frame.source_mac = reader.take(6);
      frame.ethertype = reader.be16();
      return pass_tags(frame, reader);
    case link_null:
    case link_loop:
      frame.ethertype = ethertype_of_family(reader.be32());
      return;
    case link_ppp: {
      if (packet.data.size() >= 2 && packet.data[0] == 0xff) reader.skip(2);  // HDLC framing
      const std::uint16_t protocol = reader.be16();
      if (protocol == 0x0021) frame.ethertype = ethertype_ipv4;
      if (protocol == 0x0057) frame.ethertype = ethertype_ipv6;
      return;
    }
    case link_cooked:
      return use_cooked(frame, reader, read_cooked(reader));
    case link_cooked_2:
      return use_cooked(frame, reader, read_cooked_2(reader));
    case link_raw:
    case link_raw_12:
    case link_raw_14:
      frame.ethertype = ethertype_of_ip(packet.data);
      return;
    case link_ipv4:
      frame.ethertype = ethertype_ipv4;
      return;
    case link_ipv6:
      frame.ethertype = ethertype_ipv6;
      return;
    default:
      frame.unread_link = true;
      frame.fault = "link type is not supported";
  }
}

}  // namespace

std::size_t read_link(Frame& frame, const Packet& packet) {
  if (packet.link_type != link_ethernet) frame.link = frame.fault_layer = "link";
  ByteReader reader(packet.data);
  read_headers(frame, reader, packet);
  if (!reader.ok()) {
    frame.fault = "frame ends inside the link header";
    frame.fault_offset = packet.data.size();
  }
  return reader.position();
}

}  // namespace brewproof::decode
