#include "rig/decode/dhcp/options.h"

#include <algorithm>
#include <string>

#include "rig/decode/dns/name.h"
#include "rig/decode/fields.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

enum class Kind : std::uint8_t {
  text,
  address,  // any number of them
  number,   // as wide as it is long
  signed_number,
  flag,
  hex,
  codes,      // numbers of a byte each, in the sender's order
  codes_16,   // of two bytes
  domains,    // RFC 3397
  client_id,  // RFC 2132 section 9.14
  fqdn,       // RFC 4702
  relay,      // RFC 3046
  routes      // RFC 3442
};

struct Option {
  std::uint8_t code;
  std::string_view name;
  Kind kind;
};

constexpr Option options[] = {
    {1, "subnet_mask", Kind::address},
    {2, "time_offset", Kind::signed_number},
    {3, "router", Kind::address},
    {4, "time_server", Kind::address},
    {5, "name_server", Kind::address},
    {6, "dns_server", Kind::address},
    {7, "log_server", Kind::address},
    {12, "hostname", Kind::text},
    {13, "boot_file_size", Kind::number},
    {15, "domain", Kind::text},
    {16, "swap_server", Kind::address},
    {17, "root_path", Kind::text},
    {18, "extensions_path", Kind::text},
    {19, "ip_forwarding", Kind::flag},
    {22, "max_reassembly_size", Kind::number},
    {23, "default_ttl", Kind::number},
    {26, "interface_mtu", Kind::number},
    {28, "broadcast_address", Kind::address},
    {31, "router_discovery", Kind::flag},
    {33, "static_route", Kind::address},
    {35, "arp_timeout", Kind::number},
    {37, "tcp_ttl", Kind::number},
    {38, "tcp_keepalive", Kind::number},
    {40, "nis_domain", Kind::text},
    {41, "nis_server", Kind::address},
    {42, "ntp_server", Kind::address},
    {43, "vendor_specific", Kind::text},
    {44, "netbios_name_server", Kind::address},
    {45, "netbios_datagram_server", Kind::address},
    {46, "netbios_node_type", Kind::number},
    {47, "netbios_scope", Kind::text},
    {50, "requested_ip", Kind::address},
    {51, "lease_time", Kind::number},
    {52, "overload", Kind::number},
    {54, "server_id", Kind::address},
    {55, "fingerprint", Kind::codes},
    {56, "error", Kind::text},
    {57, "max_message_size", Kind::number},
    {58, "renewal_time", Kind::number},
    {59, "rebinding_time", Kind::number},
    {60, "vendor_class", Kind::text},
    {61, "client_id", Kind::client_id},
    {66, "tftp_server", Kind::text},
    {67, "boot_file", Kind::text},
    {69, "smtp_server", Kind::address},
    {72, "www_server", Kind::address},
    {77, "user_class", Kind::text},
    {80, "rapid_commit", Kind::flag},
    {81, "client_fqdn", Kind::fqdn},
    {82, "relay", Kind::relay},
    {93, "client_architecture", Kind::codes_16},
    {94, "client_interface", Kind::hex},
    {97, "client_machine_id", Kind::hex},
    {100, "timezone", Kind::text},
    {101, "timezone_name", Kind::text},
    {108, "ipv6_only_wait", Kind::number},
    {114, "captive_portal", Kind::text},
    {116, "auto_configure", Kind::flag},
    {118, "subnet_selection", Kind::address},
    {119, "domain_search", Kind::domains},
    {121, "classless_route", Kind::routes},
    {150, "tftp_server_address", Kind::address},
    {161, "mud_url", Kind::text},
    {249, "classless_route", Kind::routes},  // Microsoft's, before 121 had its number
    {252, "proxy_configuration", Kind::text},
};

const Option* find(std::uint8_t code) {
  const auto* const found = std::lower_bound(
      std::begin(options), std::end(options), code,
      [](const Option& option, std::uint8_t wanted) { return option.code < wanted; });
  return found != std::end(options) && found->code == code ? found : nullptr;
}

class Adder {
 public:
  Adder(Message& message, Outlet& out, std::string_view path)
      : message_(message), out_(out), path_(path) {}

  void add(Kind kind, ByteView value) {
    switch (kind) {
      case Kind::address:
        return add_addresses(message_, out_, path_, Address::Kind::ipv4, value);
      case Kind::number:
      case Kind::signed_number:
        return number(value, kind == Kind::signed_number);
      case Kind::flag:
        if (value.size() > 1) return add_hex(message_, out_, path_, value);
        return add_flag(message_, out_, path_, value.empty() || value[0] != 0, value.size());
      case Kind::hex:
        return add_hex(message_, out_, path_, value);
      case Kind::codes:
      case Kind::codes_16:
        return codes(value, kind == Kind::codes ? 1 : 2);
      case Kind::domains:
        return domains(value);
      case Kind::client_id:
        return client_id(value);
      case Kind::fqdn:
        return fqdn(value);
      case Kind::relay:
        return relay(value);
      case Kind::routes:
        return routes(value);
      case Kind::text:
        break;
    }
    // Some write the ending zero of C.
    while (!value.empty() && value.back() == 0) value = value.first(value.size() - 1);
    out_.content(message_, path_, value);
  }

 private:
  void number(ByteView value, bool is_signed) {
    if (value.empty() || value.size() > 4) return add_hex(message_, out_, path_, value);
    std::uint32_t number = 0;
    for (const std::uint8_t b : value) number = number << 8 | b;
    out_.integer(message_, path_,
                 is_signed ? static_cast<std::int32_t>(number) : std::int64_t{number},
                 value.size());
  }

  void codes(ByteView value, std::size_t width) {
    ByteReader reader(value);
    std::string& text = out_.field(message_, path_, FieldType::text, value.size()).value;
    while (reader.remaining() >= width) {
      if (!text.empty()) text += ',';
      append_number(text, width == 1 ? reader.u8() : reader.be16());
    }
  }

  void domains(ByteView value) {
    ByteReader reader(value);
    std::string name;
    while (reader.remaining() != 0) {
      const std::size_t begin = reader.position();
      if (!read_dns_name(value, reader, name))
        return add_hex(message_, out_, path_, value.subspan(begin));
      append_label(out_.field(message_, path_, FieldType::text, reader.position() - begin).value,
                   name);
    }
  }

  /// Type 0 is a text, 1 a MAC, 255 an id of RFC 4361; others are hardware types.
  void client_id(ByteView value) {
    if (value.empty()) return;
    out_.integer(message_, "client_id_type", value[0], 1);
    const ByteView id = value.subspan(1);
    if (value[0] == 0) return out_.content(message_, path_, id);
    add_hex(message_, out_, path_, id);
  }

  void fqdn(ByteView value) {
    if (value.size() < 3) return add_hex(message_, out_, path_, value);
    out_.integer(message_, "client_fqdn_flags", value[0], 1);
    const ByteView rest = value.subspan(3);
    ByteReader reader(rest);
    std::string name;
    if ((value[0] & 4) == 0 || !read_dns_name(rest, reader, name))  // E: in DNS's own form
      return out_.content(message_, path_, rest);
    append_label(out_.field(message_, path_, FieldType::text, rest.size()).value, name);
  }

  void relay(ByteView value) {
    ByteReader reader(value);
    std::string path;
    while (reader.remaining() != 0) {
      const ByteView before = value.subspan(reader.position());
      const std::uint8_t code = reader.u8();
      const ByteView content = reader.take(reader.u8());
      if (!reader.ok()) return add_hex(message_, out_, path_, before);
      path = path_;
      path += ':';
      if (code == 1) {
        path += "circuit_id";
      } else if (code == 2) {
        path += "remote_id";
      } else if (code == 6) {
        path += "subscriber_id";
      } else {
        append_number(path, code);
      }
      out_.content(message_, path, content);
    }
  }

  /// "10.0.0.0/8 10.77.0.1": only the significant bytes of the network are written.
  void routes(ByteView value) {
    ByteReader reader(value);
    while (reader.remaining() != 0) {
      const ByteView before = value.subspan(reader.position());
      const std::uint8_t width = reader.u8();
      const ByteView network = reader.take((width + 7u) / 8);
      const ByteView router = reader.take(4);
      if (!reader.ok() || width > 32) return add_hex(message_, out_, path_, before);
      Bytes whole(network.begin(), network.end());
      whole.resize(4);
      std::string& text = out_.field(message_, path_, FieldType::text, 5 + network.size()).value;
      append_text(text, Address::of(Address::Kind::ipv4, whole));
      text += '/';
      append_number(text, width);
      text += ' ';
      append_text(text, Address::of(Address::Kind::ipv4, router));
    }
  }

  Message& message_;
  Outlet& out_;
  std::string_view path_;
};

}  // namespace

void add_dhcp_option(Message& message, Outlet& out, std::uint8_t code, ByteView value) {
  if (const Option* option = find(code))
    return Adder(message, out, option->name).add(option->kind, value);
  std::string path = "option:";
  append_number(path, code);
  out.content(message, path, value);
}

}  // namespace brewproof::decode
