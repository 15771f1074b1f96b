// ICMP (RFC 792) and ICMPv6 (RFC 4443, RFC 4861, RFC 3810). Both are called icmp; their texts tell.
#include <fmt/format.h>

#include "rig/decode/room.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

std::string_view v4_label(std::uint8_t type) {
  switch (type) {
    case 0:
      return "echo reply";
    case 3:
      return "destination unreachable";
    case 5:
      return "redirect";
    case 8:
      return "echo request";
    case 11:
      return "time exceeded";
    case 13:
      return "timestamp request";
    case 14:
      return "timestamp reply";
    default:
      return {};
  }
}

std::string_view v6_label(std::uint8_t type) {
  switch (type) {
    case 1:
      return "destination unreachable";
    case 2:
      return "packet too big";
    case 3:
      return "time exceeded";
    case 128:
      return "echo request";
    case 129:
      return "echo reply";
    case 130:
      return "multicast listener query";
    case 131:
    case 143:
      return "multicast listener report";
    case 133:
      return "router solicitation";
    case 134:
      return "router advertisement";
    case 135:
      return "neighbor solicitation";
    case 136:
      return "neighbor advertisement";
    default:
      return {};
  }
}

bool read(const Datagram& datagram, Flow& flow, Outlet& out) {
  const bool v4 = datagram.ip_protocol == 1, v6 = datagram.ip_protocol == 58;
  if (!v4 && !v6) return false;
  ByteReader reader(datagram.bytes);
  const std::uint8_t type = reader.u8(), code = reader.u8();
  reader.skip(2);
  const std::uint16_t id = reader.be16(), sequence = reader.be16();
  Message& message = out.begin(flow, datagram.from, datagram.span, "icmp");
  message.size = datagram.wire_length;
  message.gap = datagram.wire_length > datagram.bytes.size();
  if (!reader.ok()) {
    message.message = "malformed";
    out.malformed(message, "ICMP header is cut off at byte 0");
    out.content(message, "payload", datagram.bytes);
    out.send(message, flow);
    return true;
  }
  message.message = v4 ? v4_label(type) : v6_label(type);
  if (message.message.empty()) {
    message.message = "type ";
    append_number(message.message, type);
  }
  out.integer(message, "type", type);
  out.integer(message, "code", code);
  const bool echo = v4 ? type == 0 || type == 8 : type == 128 || type == 129;
  if (echo) {
    out.integer(message, "id", id);
    out.integer(message, "seq", sequence);
  }
  const ByteView payload = datagram.bytes.subspan(echo ? 8 : 4);
  if (!payload.empty()) out.content(message, "payload", payload);
  out.send(message, flow);
  return true;
}

}  // namespace

extern const Room icmp_room{"icmp", read, nullptr, nullptr};

}  // namespace brewproof::decode
