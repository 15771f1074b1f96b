// DHCP and BOOTP (RFC 2131, RFC 2132), told by the magic cookie.
#include "rig/decode/room.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

constexpr std::uint32_t magic_cookie = 0x63825363;

std::string_view label(std::uint8_t type) {
  constexpr std::string_view labels[] = {"bootp", "discover", "offer",   "request", "decline",
                                         "ack",   "nak",      "release", "inform"};
  return type < std::size(labels) ? labels[type] : std::string_view("other");
}

void add_address(Message& message, Outlet& out, std::string_view path, ByteView bytes) {
  const Address address = Address::of(Address::Kind::ipv4, bytes);
  if (address.kind != Address::Kind::none) append_text(out.field(message, path).value, address);
}

void add_option(Message& message, Outlet& out, std::uint8_t code, ByteView value) {
  switch (code) {
    case 12:
      return out.content(message, "hostname", value);
    case 50:
      return add_address(message, out, "requested_ip", value);
    case 54:
      return add_address(message, out, "server_id", value);
    case 53:
      return;  // the label
    default:
      std::string path = "option:";
      append_number(path, code);
      return out.content(message, path, value);
  }
}

bool read(const Datagram& datagram, Flow& flow, Outlet& out) {
  if (!datagram.udp()) return false;
  ByteReader reader(datagram.bytes);
  const std::uint8_t operation = reader.u8();
  reader.skip(1);
  const std::uint8_t address_size = reader.u8();
  reader.skip(1);
  const std::uint32_t transaction = reader.be32();
  reader.skip(4);
  const ByteView client_ip = reader.take(4), your_ip = reader.take(4);
  reader.skip(8);
  const ByteView hardware = reader.take(16);
  reader.skip(64 + 128);
  if (reader.be32() != magic_cookie || operation < 1 || operation > 2 || address_size > 16)
    return false;

  Message& message = out.begin(flow, datagram.from, datagram.span, "dhcp");
  message.size = datagram.wire_length;
  message.gap = datagram.wire_length > datagram.bytes.size();
  append_number(out.field(message, "transaction", FieldType::integer).value, transaction);
  add_address(message, out, "client_ip", client_ip);
  add_address(message, out, "your_ip", your_ip);
  append_hex(out.field(message, "client_mac", FieldType::bytes).value,
             hardware.first(address_size));
  std::uint8_t type = 0;
  for (;;) {
    const std::size_t at = reader.position();
    const std::uint8_t code = reader.u8();
    if (!reader.ok() || code == 255) break;
    if (code == 0) continue;
    const ByteView value = reader.take(reader.u8());
    if (!reader.ok()) {
      if (!message.gap)
        out.malformed(message, "DHCP option is cut off at byte " + std::to_string(at));
      break;
    }
    if (code == 53 && !value.empty()) type = value[0];
    add_option(message, out, code, value);
  }
  message.message = label(type);
  out.send(message, flow);
  return true;
}

}  // namespace

extern const Room dhcp_room{"dhcp", read, nullptr, nullptr};

}  // namespace brewproof::decode
