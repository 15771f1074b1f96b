#include "rig/decode/dns/extension.h"

#include <fmt/format.h>

#include "rig/decode/fields.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

/// IANA "DNS EDNS0 Option Codes (OPT)".
enum Option : std::uint16_t {
  name_server_id = 3,
  client_subnet = 8,
  expire = 9,
  cookie = 10,
  keep_alive = 11,
  padding = 12,
  extended_error = 15
};

/// RFC 7871 section 6: only the significant bytes of the address are there.
void add_client_subnet(Message& message, Outlet& out, ByteView value) {
  const std::string_view path = "edns:client_subnet";
  if (value.size() < 4) return add_hex(message, out, path, value);
  const unsigned family = value[0] << 8 | value[1];
  const std::size_t whole = family == 1 ? 4 : 16;
  if ((family != 1 && family != 2) || value.size() - 4 > whole)
    return add_hex(message, out, path, value);
  Bytes address(value.begin() + 4, value.end());
  address.resize(whole);
  std::string& text = out.field(message, path, FieldType::text, value.size()).value;
  append_text(text, Address::of(family == 1 ? Address::Kind::ipv4 : Address::Kind::ipv6, address));
  fmt::format_to(std::back_inserter(text), "/{} scope {}", value[2], value[3]);
}

void add_option(Message& message, Outlet& out, std::uint16_t code, ByteView value) {
  switch (code) {
    case name_server_id:
      return out.content(message, "edns:name_server_id", value);
    case client_subnet:
      return add_client_subnet(message, out, value);
    case cookie:
      return add_hex(message, out, "edns:cookie", value);
    case padding:
      return out.integer(message, "edns:padding", static_cast<std::int64_t>(value.size()));
    case keep_alive:
      if (value.size() != 2) break;
      return out.integer(message, "edns:keep_alive", value[0] << 8 | value[1], 2);
    case expire:
      if (value.size() != 4) break;
      return out.integer(message, "edns:expire", ByteReader(value).be32(), 4);
    case extended_error:
      if (value.size() < 2) break;
      out.integer(message, "edns:error", value[0] << 8 | value[1], 2);
      if (value.size() > 2) out.content(message, "edns:error_text", value.subspan(2));
      return;
    default:
      break;
  }
  out.content(message, fmt::format("edns:{}", code), value);
}

}  // namespace

void add_dns_extension(Message& message, Outlet& out, const DnsRecord& record) {
  out.integer(message, "edns:size", record.klass, 2);
  if (const auto version = record.ttl >> 16 & 0xff; version != 0)
    out.integer(message, "edns:version", version, 1);
  if ((record.ttl & 0x8000) != 0) add_flag(message, out, "edns:dnssec_ok", true, 2);
  ByteReader reader(record.data);
  while (reader.remaining() != 0) {
    const std::size_t begin = reader.position();
    const std::uint16_t code = reader.be16();
    const ByteView value = reader.take(reader.be16());
    if (!reader.ok()) {
      out.malformed(message,
                    fmt::format("EDNS option is cut off at byte {}", record.begin + begin));
      return add_unread(message, out, "edns", record.data.subspan(begin));
    }
    add_option(message, out, code, value);
  }
}

}  // namespace brewproof::decode
