// DHCPv6 (RFC 8415), on its ports: its four bytes of header alone could be anything, so all options
// must parse to the datagram's end too.
#include <fmt/format.h>

#include <string>

#include "rig/decode/dns/name.h"
#include "rig/decode/fields.h"
#include "rig/decode/room.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

constexpr std::uint16_t client_port = 546, server_port = 547;
constexpr std::uint8_t relay_forward = 12, relay_reply = 13;
constexpr int max_depth = 8;  // relays in relays, addresses in associations

std::string_view label(std::uint8_t type) {
  constexpr std::string_view labels[] = {"",
                                         "solicit",
                                         "advertise",
                                         "request",
                                         "confirm",
                                         "renew",
                                         "rebind",
                                         "reply",
                                         "release",
                                         "decline",
                                         "reconfigure",
                                         "information request",
                                         "relay forward",
                                         "relay reply"};
  return type < std::size(labels) ? labels[type] : std::string_view{};
}

/// IANA "Dynamic Host Configuration Protocol for IPv6 (DHCPv6)": those that are read as more than
/// content.
enum Option : std::uint16_t {
  client_id = 1,
  server_id = 2,
  non_temporary = 3,
  temporary = 4,
  association_address = 5,
  option_request = 6,
  preference = 7,
  elapsed = 8,
  relayed_message = 9,
  unicast = 12,
  status = 13,
  rapid_commit = 14,
  user_class = 15,
  vendor_class = 16,
  vendor_options = 17,
  interface_id = 18,
  dns_servers = 23,
  domain_search = 24,
  delegation = 25,
  delegated_prefix = 26,
  sntp_servers = 31,
  refresh_time = 32,
  client_fqdn = 39,
  ntp_server = 56,
  boot_file = 59,
  mud_url = 112
};

bool options_fill(ByteView bytes) {
  ByteReader reader(bytes);
  while (reader.remaining() != 0) {
    reader.skip(2);
    reader.skip(reader.be16());
    if (!reader.ok()) return false;
  }
  return true;
}

class Options {
 public:
  Options(Message& message, Outlet& out) : message_(message), out_(out) {}

  void read(ByteView bytes, int depth) {
    ByteReader reader(bytes);
    while (reader.remaining() != 0) {
      const std::uint16_t code = reader.be16();
      const ByteView value = reader.take(reader.be16());
      if (!reader.ok()) {
        if (!message_.gap) out_.malformed(message_, "DHCPv6 option is cut off");
        return;
      }
      option(code, value, depth);
    }
  }

 private:
  /// Bytes of the fixed part of an option.
  static std::size_t fixed(std::uint16_t code) {
    switch (code) {
      case non_temporary:
      case delegation:
        return 12;
      case association_address:
        return 24;
      case delegated_prefix:
        return 25;
      case temporary:
      case vendor_class:
      case vendor_options:
      case refresh_time:
        return 4;
      case elapsed:
      case status:
        return 2;
      case preference:
      case client_fqdn:
        return 1;
      default:
        return 0;
    }
  }

  void unnamed(std::uint16_t code, ByteView value) {
    std::string path = "option:";
    append_number(path, code);
    out_.content(message_, path, value);
  }

  void option(std::uint16_t code, ByteView value, int depth) {
    if (value.size() < fixed(code)) {
      out_.malformed(message_, fmt::format("DHCPv6 option {} has {} of {} bytes", code,
                                           value.size(), fixed(code)));
      return unnamed(code, value);
    }
    ByteReader reader(value);
    switch (code) {
      case client_id:
        return add_hex(message_, out_, "client_id", value);
      case server_id:
        return add_hex(message_, out_, "server_id", value);
      case non_temporary:
      case delegation:
      case temporary:
        return association(code, reader, depth);
      case association_address:
        add_address(message_, out_, "address", Address::Kind::ipv6, reader.take(16));
        return lifetimes(reader, depth);
      case delegated_prefix:
        return prefix(reader, depth);
      case option_request:
        return codes(value);
      case preference:
        return out_.integer(message_, "preference", reader.u8(), 1);
      case elapsed:
        return out_.integer(message_, "elapsed", reader.be16(), 2);
      case unicast:
        return add_address(message_, out_, "unicast", Address::Kind::ipv6, value);
      case status:
        out_.integer(message_, "status", reader.be16(), 2);
        return out_.content(message_, "status_text", reader.rest());
      case rapid_commit:
        return add_flag(message_, out_, "rapid_commit", true);
      case user_class:
        return strings("user_class", reader);
      case vendor_class:
        out_.integer(message_, "vendor", reader.be32(), 4);
        return strings("vendor_class", reader);
      case vendor_options:
        out_.integer(message_, "vendor", reader.be32(), 4);
        return out_.content(message_, "vendor_options", reader.rest());
      case dns_servers:
        return add_addresses(message_, out_, "dns_server", Address::Kind::ipv6, value);
      case sntp_servers:
        return add_addresses(message_, out_, "sntp_server", Address::Kind::ipv6, value);
      case domain_search:
        return names("domain_search", reader, value);
      case client_fqdn:
        out_.integer(message_, "client_fqdn_flags", reader.u8(), 1);
        return names("client_fqdn", reader, value);
      case refresh_time:
        return out_.integer(message_, "refresh_time", reader.be32(), 4);
      case boot_file:
        return out_.content(message_, "boot_file", value);
      case mud_url:
        return out_.content(message_, "mud_url", value);
      case interface_id:
        return out_.content(message_, "interface_id", value);
      default:
        return unnamed(code, value);
    }
  }

  void association(std::uint16_t code, ByteReader& reader, int depth) {
    out_.integer(message_, "association", reader.be32(), 4);
    if (code != temporary) {
      out_.integer(message_, "renewal_time", reader.be32(), 4);
      out_.integer(message_, "rebinding_time", reader.be32(), 4);
    }
    nested(reader, depth);
  }

  void lifetimes(ByteReader& reader, int depth) {
    out_.integer(message_, "preferred_lifetime", reader.be32(), 4);
    out_.integer(message_, "valid_lifetime", reader.be32(), 4);
    nested(reader, depth);
  }

  void prefix(ByteReader& reader, int depth) {
    out_.integer(message_, "preferred_lifetime", reader.be32(), 4);
    out_.integer(message_, "valid_lifetime", reader.be32(), 4);
    const std::uint8_t width = reader.u8();
    std::string& text = out_.field(message_, "prefix", FieldType::text, 17).value;
    append_text(text, Address::of(Address::Kind::ipv6, reader.take(16)));
    text += '/';
    append_number(text, width);
    nested(reader, depth);
  }

  void nested(ByteReader& reader, int depth) {
    const ByteView rest = reader.rest();
    if (depth < max_depth) return read(rest, depth + 1);
    out_.content(message_, "options", rest);
  }

  void codes(ByteView value) {
    ByteReader reader(value);
    std::string& text = out_.field(message_, "fingerprint", FieldType::text, value.size()).value;
    while (reader.remaining() >= 2) {
      if (!text.empty()) text += ',';
      append_number(text, reader.be16());
    }
  }

  void strings(std::string_view path, ByteReader& reader) {
    while (reader.ok() && reader.remaining() != 0) {
      const ByteView text = reader.take(reader.be16());
      if (reader.ok()) out_.content(message_, path, text);
    }
  }

  void names(std::string_view path, ByteReader& reader, ByteView value) {
    std::string name;
    while (reader.ok() && reader.remaining() != 0) {
      const std::size_t begin = reader.position();
      if (!read_dns_name(value, reader, name)) {
        const ByteView rest = value.subspan(begin);
        const std::string partial = read_partial_dns_name(rest);
        if (partial.empty()) return add_hex(message_, out_, path, rest);
        append_label(out_.field(message_, path, FieldType::text, rest.size()).value, partial);
        return;
      }
      append_label(out_.field(message_, path, FieldType::text, reader.position() - begin).value,
                   name);
    }
  }

  Message& message_;
  Outlet& out_;
};

void read_message(Message& message, Outlet& out, ByteView bytes) {
  for (int relays = 0;; ++relays) {
    ByteReader reader(bytes);
    const std::uint8_t type = reader.u8();
    if (relays == 0) message.message = label(type);
    if (type != relay_forward && type != relay_reply) {
      out.integer(message, "transaction", reader.be24(), 3);
      return Options(message, out).read(reader.rest(), 0);
    }
    out.integer(message, "hops", reader.u8(), 1);
    add_address(message, out, "link", Address::Kind::ipv6, reader.take(16));
    add_address(message, out, "relayed_peer", Address::Kind::ipv6, reader.take(16));
    // The relayed message is an option among others.
    ByteView inner;
    Bytes others;
    const ByteView options = reader.rest();
    ByteReader option(options);
    while (option.ok() && option.remaining() != 0) {
      const std::size_t begin = option.position();
      const std::uint16_t code = option.be16();
      const ByteView value = option.take(option.be16());
      if (!option.ok()) break;
      if (code == relayed_message && inner.empty()) {
        inner = value;
        continue;
      }
      const ByteView whole = options.subspan(begin, option.position() - begin);
      others.insert(others.end(), whole.begin(), whole.end());
    }
    Options(message, out).read(others, 0);
    if (inner.empty()) return;
    if (relays >= max_depth) return add_hex(message, out, "relayed", inner);
    bytes = inner;
  }
}

bool claims(const Datagram& datagram) {
  const bool ports = datagram.has_port(client_port) || datagram.has_port(server_port);
  if (!datagram.udp() || !ports || datagram.bytes.size() < 4) return false;
  const std::uint8_t type = datagram.bytes[0];
  if (label(type).empty()) return false;
  const std::size_t header = type == relay_forward || type == relay_reply ? 34 : 4;
  if (datagram.bytes.size() < header) return false;
  return datagram.cut() || options_fill(datagram.bytes.subspan(header));
}

bool read(const Datagram& datagram, Flow& flow, Outlet& out) {
  if (!claims(datagram)) return false;
  Message& message = begin(datagram, flow, out, "dhcpv6");
  read_message(message, out, datagram.bytes);
  out.send(message, flow);
  return true;
}

}  // namespace

extern const Room dhcpv6_room{"dhcpv6", read, nullptr, nullptr};

}  // namespace brewproof::decode
