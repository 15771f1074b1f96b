// IGMP, versions 1 to 3 (RFC 1112, RFC 2236, RFC 3376): which groups a host wants to hear.
#include "rig/decode/fields.h"
#include "rig/decode/room.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

constexpr std::uint8_t protocol_igmp = 2;
constexpr std::uint8_t query = 0x11, report_1 = 0x12, report_2 = 0x16, leave = 0x17,
                       report_3 = 0x22;

std::string_view label(std::uint8_t type) {
  switch (type) {
    case query:
      return "membership query";
    case report_1:
    case report_2:
    case report_3:
      return "membership report";
    case leave:
      return "leave group";
    default:
      return {};
  }
}

void add_group(Message& message, Outlet& out, std::string_view path, ByteReader& reader) {
  const ByteView group = reader.take(4);
  if (reader.ok()) add_address(message, out, path, Address::Kind::ipv4, group);
}

void add_sources(Message& message, Outlet& out, ByteReader& reader, unsigned count) {
  for (; count > 0 && reader.ok(); --count) add_group(message, out, "source", reader);
}

/// RFC 3376 section 4.2.
void add_records(Message& message, Outlet& out, ByteReader& reader) {
  reader.skip(2);
  for (unsigned records = reader.be16(); records > 0 && reader.ok(); --records) {
    const std::uint8_t kind = reader.u8();
    const std::size_t auxiliary = std::size_t{4} * reader.u8();
    const unsigned sources = reader.be16();
    if (reader.ok()) out.integer(message, "record", kind, 1);
    add_group(message, out, "group", reader);
    add_sources(message, out, reader, sources);
    reader.skip(auxiliary);
  }
}

bool read(const Datagram& datagram, Flow& flow, Outlet& out) {
  if (datagram.ip_protocol != protocol_igmp) return false;
  ByteReader reader(datagram.bytes);
  const std::uint8_t type = reader.u8(), response = reader.u8();
  reader.skip(2);
  Message& message = begin(datagram, flow, out, "igmp");
  message.message = label(type);
  if (message.message.empty()) {
    message.message = "type ";
    append_number(message.message, type);
  }
  if (datagram.bytes.size() < 8) {
    if (!datagram.cut()) {
      message.message = "malformed";
      out.malformed(message, "IGMP header is cut off at byte 0");
    }
    add_unread(message, out, "payload", datagram.bytes);
    out.send(message, flow);
    return true;
  }
  out.integer(message, "type", type, 1);
  if (type == report_3) {
    add_records(message, out, reader);
  } else {
    if (type == query) out.integer(message, "max_response_code", response, 1);
    add_group(message, out, "group", reader);
    if (type == query && reader.remaining() >= 4) {  // version 3: section 4.1
      out.integer(message, "robustness", reader.u8() & 7, 1);
      out.integer(message, "interval", reader.u8(), 1);
      add_sources(message, out, reader, reader.be16());
    }
  }
  if (!reader.ok() && !message.gap)
    out.malformed(message, "IGMP message is cut off inside its records");
  if (reader.ok() && reader.remaining() != 0) out.content(message, "payload", reader.rest());
  out.send(message, flow);
  return true;
}

}  // namespace

extern const Room igmp_room{"igmp", read, nullptr, nullptr};

}  // namespace brewproof::decode
