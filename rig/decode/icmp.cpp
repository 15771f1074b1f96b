// ICMP (RFC 792, RFC 1256): echoes, errors with the packet that they are about, redirects, clocks.
#include "rig/decode/icmp/packet_in_error.h"
#include "rig/decode/room.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

constexpr std::uint8_t protocol_icmp = 1;

enum Type : std::uint8_t {
  echo_reply = 0,
  unreachable = 3,
  source_quench = 4,
  redirect = 5,
  echo_request = 8,
  router_advertisement = 9,
  router_solicitation = 10,
  time_exceeded = 11,
  parameter_problem = 12,
  timestamp_request = 13,
  timestamp_reply = 14,
  mask_request = 17,
  mask_reply = 18
};

std::string_view label(std::uint8_t type) {
  switch (type) {
    case echo_reply:
      return "echo reply";
    case unreachable:
      return "destination unreachable";
    case source_quench:
      return "source quench";
    case redirect:
      return "redirect";
    case echo_request:
      return "echo request";
    case router_advertisement:
      return "router advertisement";
    case router_solicitation:
      return "router solicitation";
    case time_exceeded:
      return "time exceeded";
    case parameter_problem:
      return "parameter problem";
    case timestamp_request:
      return "timestamp request";
    case timestamp_reply:
      return "timestamp reply";
    case mask_request:
      return "address mask request";
    case mask_reply:
      return "address mask reply";
    default:
      return {};
  }
}

void add_id(Message& message, Outlet& out, ByteReader& reader) {
  out.integer(message, "id", reader.be16(), 2);
  out.integer(message, "seq", reader.be16(), 2);
}

/// Advertised routers (RFC 1256 section 3): addresses, each with its preference.
void add_routers(Message& message, Outlet& out, ByteReader& reader) {
  const std::uint8_t count = reader.u8(), words = reader.u8();
  out.integer(message, "lifetime", reader.be16(), 2);
  for (unsigned i = 0; i < count && words >= 2 && reader.remaining() >= words * 4u; ++i) {
    add_address(message, out, "router", Address::Kind::ipv4, reader.take(4));
    out.integer(message, "preference", static_cast<std::int32_t>(reader.be32()), 4);
    reader.skip((words - 2u) * 4u);
  }
}

/// The eight bytes that every message has were seen to be there; `reader` stands at the last four.
void add_body(Message& message, Outlet& out, std::uint8_t type, std::uint8_t code,
              ByteReader& reader) {
  switch (type) {
    case echo_reply:
    case echo_request:
      add_id(message, out, reader);
      break;
    case timestamp_request:
    case timestamp_reply:
      add_id(message, out, reader);
      for (const char* path : {"originate_ms", "receive_ms", "transmit_ms"})
        if (reader.remaining() >= 4) out.integer(message, path, reader.be32(), 4);
      break;
    case mask_request:
    case mask_reply:
      add_id(message, out, reader);
      if (reader.remaining() >= 4)
        add_address(message, out, "mask", Address::Kind::ipv4, reader.take(4));
      break;
    case redirect:
      add_address(message, out, "gateway", Address::Kind::ipv4, reader.take(4));
      return add_packet_in_error(message, out, reader.rest());
    case parameter_problem:
      out.integer(message, "pointer", reader.u8(), 1);
      reader.skip(3);
      return add_packet_in_error(message, out, reader.rest());
    case unreachable:
      reader.skip(2);
      if (const std::uint16_t mtu = reader.be16(); code == 4)  // RFC 1191: fragmentation needed
        out.integer(message, "mtu", mtu, 2);
      return add_packet_in_error(message, out, reader.rest());
    case time_exceeded:
    case source_quench:
      reader.skip(4);
      return add_packet_in_error(message, out, reader.rest());
    case router_advertisement:
      add_routers(message, out, reader);
      break;
    case router_solicitation:
      reader.skip(4);
      break;
    default:
      break;
  }
  if (reader.remaining() != 0) out.content(message, "payload", reader.rest());
}

bool read(const Datagram& datagram, Flow& flow, Outlet& out) {
  if (datagram.ip_protocol != protocol_icmp) return false;
  Message& message = begin(datagram, flow, out, "icmp");
  ByteReader reader(datagram.bytes);
  const std::uint8_t type = reader.u8(), code = reader.u8();
  reader.skip(2);
  message.message = label(type);
  if (message.message.empty()) {
    message.message = "type ";
    append_number(message.message, type);
  }
  if (datagram.bytes.size() < 8) {
    if (!datagram.cut()) {
      message.message = "malformed";
      out.malformed(message, "ICMP header is cut off at byte 0");
    }
    add_unread(message, out, "payload", datagram.bytes);
  } else {
    out.integer(message, "type", type, 1);
    out.integer(message, "code", code, 1);
    add_body(message, out, type, code, reader);
  }
  out.send(message, flow);
  return true;
}

}  // namespace

extern const Room icmp_room{"icmp", read, nullptr, nullptr};

}  // namespace brewproof::decode
