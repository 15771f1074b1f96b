#include "rig/decode/packet/frame.h"

#include <algorithm>

#include "rig/decode/packet/link.h"

namespace brewproof::decode {
namespace {

constexpr std::uint8_t limited_broadcast[] = {255, 255, 255, 255};

void at_fault(Frame& frame, const char* layer, const char* why, std::size_t offset) {
  frame.fault = why;
  frame.fault_layer = layer;
  frame.fault_offset = offset;
}

// A length that exceeds the frame's tells of bytes that were not sent.
void set_payload(Frame& frame, ByteView packet_bytes, std::size_t begin, std::size_t end,
                 std::size_t original_length) {
  const std::size_t available = packet_bytes.size();
  end = std::max(begin, std::min(end, std::max(original_length, available)));
  frame.payload_begin = begin;
  frame.wire_length = end - begin;
  frame.payload = begin >= available
                      ? ByteView{}
                      : packet_bytes.subspan(begin, std::min(end, available) - begin);
}

void read_ipv4(Frame& frame, ByteView bytes, std::size_t begin, std::size_t original_length) {
  if (bytes.size() < begin + 20)
    return at_fault(frame, "ip", "IPv4 header is cut off", bytes.size());
  const std::uint8_t* const field = bytes.data() + begin;
  const auto be16 = [&](std::size_t at) {
    return static_cast<std::uint16_t>(field[at] << 8 | field[at + 1]);
  };
  if (field[0] >> 4 != 4) return at_fault(frame, "ip", "IP version is not 4", begin);
  const std::size_t header = std::size_t{4} * (field[0] & 0xf);
  std::size_t total = be16(2);
  const std::uint16_t fragment = be16(6);
  frame.source = Address::ipv4(field + 12);
  frame.destination = Address::ipv4(field + 16);
  frame.ip = true;
  frame.ip_protocol = field[9];
  // Segmentation offload hands over packets longer than 65,535 bytes with a length of 0.
  if (total == 0) total = std::max(original_length, bytes.size()) - begin;
  if (header < 20) return at_fault(frame, "ip", "IPv4 header length is below 20", begin);
  if (total < header)
    return at_fault(frame, "ip", "IPv4 total length is below the header's", begin + 2);
  if (header > std::max(original_length, bytes.size()) - begin)
    return at_fault(frame, "ip", "IPv4 options are cut off", bytes.size());
  frame.more_fragments = (fragment & 0x2000) != 0;
  frame.fragment_offset = std::uint32_t{8} * (fragment & 0x1fff);
  frame.fragment = frame.more_fragments || frame.fragment_offset != 0;
  frame.fragment_id = be16(4);
  frame.network_begin = begin;
  set_payload(frame, bytes, begin + header, begin + total, original_length);
}

void read_ipv6(Frame& frame, ByteView bytes, std::size_t begin, std::size_t original_length) {
  ByteReader reader(bytes.subspan(begin));
  const std::uint32_t version = reader.be32();
  const std::size_t length = reader.be16();
  std::uint8_t next = reader.u8();
  reader.skip(1);
  const ByteView source = reader.take(16), destination = reader.take(16);
  if (!reader.ok()) return at_fault(frame, "ip", "IPv6 header is cut off", bytes.size());
  if (version >> 28 != 6) return at_fault(frame, "ip", "IP version is not 6", begin);
  frame.source = Address::of(Address::Kind::ipv6, source);
  frame.destination = Address::of(Address::Kind::ipv6, destination);
  frame.ip = true;
  const std::size_t end =
      length == 0 ? std::max(original_length, bytes.size()) : begin + 40 + length;
  // Extension headers (RFC 8200 section 4); more than eight are an attack, not a packet.
  for (int headers = 0; headers < 8; ++headers) {
    const std::size_t at = begin + reader.position();
    if (next == 0 || next == 43 || next == 60 || next == 135) {
      next = reader.u8();
      const std::size_t rest = std::size_t{8} * reader.u8() + 6;
      reader.skip(rest);
    } else if (next == 51) {  // authentication header counts in 4-byte units (RFC 4302)
      next = reader.u8();
      const std::size_t rest = std::size_t{4} * reader.u8() + 6;
      reader.skip(rest);
    } else if (next == 44 && !frame.fragment) {
      next = reader.u8();
      reader.skip(1);
      const std::uint16_t where = reader.be16();
      frame.fragment_id = reader.be32();
      frame.fragment_offset = where & 0xfff8u;
      frame.more_fragments = (where & 1) != 0;
      frame.fragment = frame.more_fragments || frame.fragment_offset != 0;
      if (frame.fragment) break;  // offsets count from here; the rest is read once it is whole
    } else {
      break;
    }
    if (!reader.ok()) {
      frame.ip_protocol = next;
      return at_fault(frame, "ip", "IPv6 extension header is cut off", at);
    }
  }
  frame.ip_protocol = next;
  const std::size_t payload = begin + reader.position();
  if (end < payload)
    return at_fault(frame, "ip", "IPv6 extension headers exceed the packet", payload);
  frame.network_begin = begin;
  set_payload(frame, bytes, payload, end, original_length);
}

/// Multicast, or broadcast on this link.
bool is_group(const Address& address) {
  if (address.kind == Address::Kind::ipv6) return address.bytes[0] == 0xff;
  return address.kind == Address::Kind::ipv4 &&
         (address.bytes[0] >> 4 == 14 || address == Address::ipv4(limited_broadcast));
}

}  // namespace

Frame read_frame(const Packet& packet) {
  Frame frame;
  const std::uint8_t* const at = packet.data.data();
  if (packet.link_type == link_ethernet && packet.data.size() >= 14 && at[12] == 0x08 &&
      at[13] == 0x00) {  // nearly every frame
    frame.destination_mac = packet.data.first(6);
    frame.source_mac = packet.data.subspan(6, 6);
    frame.ethertype = ethertype_ipv4;
    read_ipv4(frame, packet.data, 14, packet.original_length);
    return frame;
  }
  const std::size_t begin = read_link(frame, packet);
  if (frame.ethertype != ethertype_ipv4 || frame.fault != nullptr) {
    frame.source = Address::of(Address::Kind::mac, frame.source_mac);
    frame.destination = Address::of(Address::Kind::mac, frame.destination_mac);
  }
  if (frame.fault != nullptr) return frame;
  const std::size_t length = std::max<std::size_t>(packet.original_length, packet.data.size());
  if (frame.ethertype == ethertype_ipv4) {
    read_ipv4(frame, packet.data, begin, length);
  } else if (frame.ethertype == ethertype_ipv6) {
    read_ipv6(frame, packet.data, begin, length);
  } else {
    frame.network_begin = begin;
    set_payload(frame, packet.data, begin, length, length);
  }
  if (frame.destination_mac.empty() && is_group(frame.destination)) frame.group = true;
  return frame;
}

}  // namespace brewproof::decode
