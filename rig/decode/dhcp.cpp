// DHCP and BOOTP (RFC 2131, RFC 2132), told by the magic cookie.
#include <fmt/format.h>

#include <array>
#include <vector>

#include "rig/decode/dhcp/options.h"
#include "rig/decode/fields.h"
#include "rig/decode/room.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

constexpr std::uint32_t magic_cookie = 0x63825363;
constexpr std::size_t max_options = 512;  // of one datagram

std::string_view label(std::uint8_t type) {
  // RFC 2132 section 9.6, RFC 3203, RFC 4388, RFC 6926, RFC 7724
  constexpr std::string_view labels[] = {"bootp",
                                         "discover",
                                         "offer",
                                         "request",
                                         "decline",
                                         "ack",
                                         "nak",
                                         "release",
                                         "inform",
                                         "force renew",
                                         "lease query",
                                         "lease unassigned",
                                         "lease unknown",
                                         "lease active",
                                         "bulk lease query",
                                         "lease query done",
                                         "active lease query",
                                         "lease query status",
                                         "tls"};
  return type < std::size(labels) ? labels[type] : std::string_view("other");
}

/// The fixed part, up to the magic cookie.
struct Header {
  std::uint8_t operation = 0, hardware = 0, hardware_size = 0, hops = 0;
  std::uint32_t transaction = 0;
  std::uint16_t seconds = 0, flags = 0;
  ByteView client_ip, your_ip, next_server, relay, hardware_address, server_name, boot_file;
  std::uint32_t cookie = 0;
};

Header read_header(ByteReader& reader) {
  Header header;
  header.operation = reader.u8();
  header.hardware = reader.u8();
  header.hardware_size = reader.u8();
  header.hops = reader.u8();
  header.transaction = reader.be32();
  header.seconds = reader.be16();
  header.flags = reader.be16();
  header.client_ip = reader.take(4);
  header.your_ip = reader.take(4);
  header.next_server = reader.take(4);
  header.relay = reader.take(4);
  header.hardware_address = reader.take(16);
  header.server_name = reader.take(64);
  header.boot_file = reader.take(128);
  header.cookie = reader.be32();
  return header;
}

struct Option {
  std::uint8_t code = 0;
  ByteView value;
  bool joined = false;  // to an earlier one of its code
};

/// Kept from one message to the next for its memory.
struct Options {
  std::vector<Option> list;
  std::uint8_t type = 0, overload = 0;
  std::size_t end = 0;    // in the bytes read last
  bool too_many = false;  // the rest is left out

  /// False: an option runs out of `bytes`; `end` is where it begins.
  bool read(ByteView bytes) {
    ByteReader reader(bytes);
    for (;;) {
      end = reader.position();
      const std::uint8_t code = reader.u8();
      if (!reader.ok() || code == dhcp_option::end) return true;
      if (code == dhcp_option::pad) continue;
      const ByteView value = reader.take(reader.u8());
      if (!reader.ok()) return false;
      if (list.size() >= max_options) {
        too_many = true;
        return true;
      }
      list.push_back({code, value});
      if (code == dhcp_option::type && !value.empty()) type = value[0];
      if (code == dhcp_option::overload && !value.empty()) overload = value[0];
    }
  }
};

void add_if_set(Message& message, Outlet& out, std::string_view path, ByteView address) {
  for (const std::uint8_t b : address)
    if (b != 0) return add_address(message, out, path, Address::Kind::ipv4, address);
}

void add_text(Message& message, Outlet& out, std::string_view path, ByteView padded) {
  const std::string_view text = as_text(padded);
  if (const auto end = text.find('\0'); end != 0) out.text(message, path, text.substr(0, end));
}

void add_header(Message& message, Outlet& out, const Header& header) {
  out.integer(message, "transaction", header.transaction, 4);
  if (header.seconds != 0) out.integer(message, "seconds", header.seconds, 2);
  if ((header.flags & 0x8000) != 0) add_flag(message, out, "broadcast", true, 2);
  if (header.hops != 0) out.integer(message, "hops", header.hops, 1);
  add_address(message, out, "client_ip", Address::Kind::ipv4, header.client_ip);
  add_address(message, out, "your_ip", Address::Kind::ipv4, header.your_ip);
  add_if_set(message, out, "next_server_ip", header.next_server);
  add_if_set(message, out, "relay_ip", header.relay);
  add_hex(message, out, "client_mac", header.hardware_address.first(header.hardware_size));
}

/// An option that was split over several (RFC 3396) is put together where it first stands.
void add_options(Message& message, Outlet& out, std::vector<Option>& list) {
  std::array<std::uint16_t, 256> times{};
  for (const Option& option : list) ++times[option.code];
  Bytes whole;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i].joined || list[i].code == dhcp_option::type) continue;
    if (times[list[i].code] == 1) {
      add_dhcp_option(message, out, list[i].code, list[i].value);
      continue;
    }
    whole.clear();
    for (std::size_t k = i; k < list.size(); ++k) {
      if (list[k].code != list[i].code) continue;
      whole.insert(whole.end(), list[k].value.begin(), list[k].value.end());
      list[k].joined = true;
    }
    add_dhcp_option(message, out, list[i].code, whole);
  }
}

/// The order in which a client writes its options tells systems apart, as that of what it asks for.
void add_order(Message& message, Outlet& out, const std::vector<Option>& list) {
  Field& field = out.field(message, "option_order");
  field.cut = message.gap;
  std::string& text = field.value;
  for (const Option& option : list) {
    if (!text.empty()) text += ',';
    append_number(text, option.code);
  }
}

bool read(const Datagram& datagram, Flow& flow, Outlet& out) {
  if (!datagram.udp()) return false;
  ByteReader reader(datagram.bytes);
  const Header header = read_header(reader);
  if (header.cookie != magic_cookie || header.operation < 1 || header.operation > 2 ||
      header.hardware_size > 16)
    return false;
  Message& message = begin(datagram, flow, out, "dhcp");
  add_header(message, out, header);
  auto& options = out.memory<Options>();
  options.list.clear();
  options.type = options.overload = 0;
  options.too_many = false;
  const std::size_t start = reader.position();
  const auto broken = [&](std::size_t offset) {
    out.malformed(message, "DHCP option is cut off at byte " + std::to_string(offset));
  };
  if (!options.read(reader.rest()) && !message.gap) broken(start + options.end);
  // RFC 2132 section 9.3: bit 0 says that the file's name, bit 1 that the server's holds options.
  const std::uint8_t overload = options.overload;
  if ((overload & 1) == 0) add_text(message, out, "boot_file", header.boot_file);
  if ((overload & 2) == 0) add_text(message, out, "server_name", header.server_name);
  if ((overload & 1) != 0 && !options.read(header.boot_file)) broken(108 + options.end);
  if ((overload & 2) != 0 && !options.read(header.server_name)) broken(44 + options.end);
  if (options.too_many)
    message.notes.push_back(fmt::format("more than {} options: the rest is left out", max_options));
  message.message = label(options.type);
  add_options(message, out, options.list);
  if (!options.list.empty()) add_order(message, out, options.list);
  out.send(message, flow);
  return true;
}

}  // namespace

extern const Room dhcp_room{"dhcp", read, nullptr, nullptr};

}  // namespace brewproof::decode
