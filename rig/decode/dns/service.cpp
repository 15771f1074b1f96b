#include "rig/decode/dns/service.h"

#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

/// IANA "DNS Service Bindings (SVCB)".
enum Key : std::uint16_t {
  mandatory = 0,
  alpn = 1,
  no_default_alpn = 2,
  port = 3,
  ipv4hint = 4,
  ech = 5,
  ipv6hint = 6,
  dohpath = 7
};

constexpr std::string_view names[] = {"mandatory", "alpn", "no-default-alpn", "port",
                                      "ipv4hint",  "ech",  "ipv6hint",        "dohpath"};

void append_key(std::string& text, std::uint16_t key) {
  if (key < std::size(names)) {
    text += names[key];
    return;
  }
  text += "key";
  append_number(text, key);
}

bool append_keys(std::string& text, ByteView value) {
  ByteReader reader(value);
  while (reader.ok() && reader.remaining() != 0) {
    if (reader.position() != 0) text += ',';
    append_key(text, reader.be16());
  }
  return reader.ok();
}

bool append_protocols(std::string& text, ByteView value) {
  ByteReader reader(value);
  while (reader.ok() && reader.remaining() != 0) {
    if (reader.position() != 0) text += ',';
    append_label(text, as_text(reader.take(reader.u8())));
  }
  return reader.ok();
}

bool append_addresses(std::string& text, ByteView value, Address::Kind kind, std::size_t size) {
  if (value.size() % size != 0) return false;
  for (std::size_t at = 0; at < value.size(); at += size) {
    if (at != 0) text += ',';
    append_text(text, Address::of(kind, value.subspan(at, size)));
  }
  return true;
}

bool append_value(std::string& text, std::uint16_t key, ByteView value) {
  switch (key) {
    case mandatory:
      return append_keys(text, value);
    case alpn:
      return append_protocols(text, value);
    case no_default_alpn:
      return value.empty();
    case port:
      if (value.size() != 2) return false;
      append_number(text, value[0] << 8 | value[1]);
      return true;
    case ipv4hint:
      return append_addresses(text, value, Address::Kind::ipv4, 4);
    case ipv6hint:
      return append_addresses(text, value, Address::Kind::ipv6, 16);
    case dohpath:
      append_label(text, as_text(value));
      return true;
    default:
      return false;
  }
}

}  // namespace

void append_dns_service(std::string& text, ByteView parameters) {
  ByteReader reader(parameters);
  while (reader.remaining() != 0) {
    const std::size_t begin = reader.position();
    const std::uint16_t key = reader.be16();
    const ByteView value = reader.take(reader.be16());
    text += ' ';
    if (!reader.ok()) return append_hex(text, parameters.subspan(begin));
    append_key(text, key);
    if (value.empty()) continue;
    text += '=';
    const std::size_t before = text.size();
    if (append_value(text, key, value)) continue;
    text.resize(before);
    append_hex(text, value);
  }
}

void each_hinted_address(ByteView parameters, const std::function<void(const Address&)>& each) {
  ByteReader reader(parameters);
  while (reader.ok() && reader.remaining() != 0) {
    const std::uint16_t key = reader.be16();
    ByteView value = reader.take(reader.be16());
    if (key != ipv4hint && key != ipv6hint) continue;
    const bool v4 = key == ipv4hint;
    for (const std::size_t size = v4 ? 4 : 16; value.size() >= size; value = value.subspan(size))
      each(Address::of(v4 ? Address::Kind::ipv4 : Address::Kind::ipv6, value.first(size)));
  }
}

}  // namespace brewproof::decode
