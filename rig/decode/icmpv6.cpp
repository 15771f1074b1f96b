// ICMPv6 (RFC 4443) with neighbor discovery (RFC 4861, RFC 8106, RFC 4191) and multicast listeners
// (RFC 2710, RFC 3810). Its messages are called icmp too; their texts tell.
#include <fmt/format.h>

#include "rig/decode/dns/name.h"
#include "rig/decode/icmp/packet_in_error.h"
#include "rig/decode/room.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

constexpr std::uint8_t protocol_icmpv6 = 58;

enum Type : std::uint8_t {
  unreachable = 1,
  too_big = 2,
  time_exceeded = 3,
  parameter_problem = 4,
  echo_request = 128,
  echo_reply = 129,
  listener_query = 130,
  listener_report = 131,
  listener_done = 132,
  router_solicitation = 133,
  router_advertisement = 134,
  neighbor_solicitation = 135,
  neighbor_advertisement = 136,
  redirect = 137,
  listener_report_2 = 143
};

std::string_view label(std::uint8_t type) {
  switch (type) {
    case unreachable:
      return "destination unreachable";
    case too_big:
      return "packet too big";
    case time_exceeded:
      return "time exceeded";
    case parameter_problem:
      return "parameter problem";
    case echo_request:
      return "echo request";
    case echo_reply:
      return "echo reply";
    case listener_query:
      return "multicast listener query";
    case listener_report:
    case listener_report_2:
      return "multicast listener report";
    case listener_done:
      return "multicast listener done";
    case router_solicitation:
      return "router solicitation";
    case router_advertisement:
      return "router advertisement";
    case neighbor_solicitation:
      return "neighbor solicitation";
    case neighbor_advertisement:
      return "neighbor advertisement";
    case redirect:
      return "redirect";
    default:
      return {};
  }
}

class Body {
 public:
  Body(Message& message, Outlet& out, ByteReader& reader)
      : message_(message), out_(out), reader_(reader) {}

  void add(std::uint8_t type) {
    switch (type) {
      case echo_request:
      case echo_reply:
        number("id", 2);
        number("seq", 2);
        return rest("payload");
      case unreachable:
      case time_exceeded:
        reader_.skip(4);
        return add_packet_in_error(message_, out_, reader_.rest());
      case too_big:
        number("mtu", 4);
        return add_packet_in_error(message_, out_, reader_.rest());
      case parameter_problem:
        number("pointer", 4);
        return add_packet_in_error(message_, out_, reader_.rest());
      case listener_query:
      case listener_report:
      case listener_done:
        return listener(type);
      case listener_report_2:
        return listener_records();
      case router_solicitation:
        reader_.skip(4);
        return options();
      case router_advertisement:
        return advertised_router();
      case neighbor_solicitation:
        reader_.skip(4);
        address("target");
        return options();
      case neighbor_advertisement:
        advertised_neighbor();
        return options();
      case redirect:
        reader_.skip(4);
        address("target");
        address("destination");
        return options();
      default:
        return rest("payload");
    }
  }

 private:
  void number(std::string_view path, std::size_t width) {
    std::uint64_t value = 0;
    const ByteView bytes = reader_.take(width);
    for (const std::uint8_t b : bytes) value = value << 8 | b;
    if (reader_.ok()) out_.integer(message_, path, static_cast<std::int64_t>(value), width);
  }
  void address(std::string_view path) {
    const ByteView bytes = reader_.take(16);
    if (reader_.ok()) add_address(message_, out_, path, Address::Kind::ipv6, bytes);
  }
  void rest(std::string_view path) {
    if (reader_.ok() && reader_.remaining() != 0) out_.content(message_, path, reader_.rest());
  }

  /// RFC 2710 section 3; a query of 28 bytes and more is one of RFC 3810 section 5.1.
  void listener(std::uint8_t type) {
    number("max_response_ms", 2);
    reader_.skip(2);
    address("group");
    if (type != listener_query || reader_.remaining() < 4) return rest("payload");
    number("robustness", 1);
    number("interval", 1);
    for (unsigned left = reader_.be16(); left > 0 && reader_.remaining() >= 16; --left)
      address("source");
    rest("payload");
  }

  /// RFC 3810 section 5.2.
  void listener_records() {
    reader_.skip(2);
    for (unsigned records = reader_.be16(); records > 0 && reader_.remaining() != 0; --records) {
      number("record", 1);
      const std::size_t auxiliary = std::size_t{4} * reader_.u8();
      const unsigned sources = reader_.be16();
      address("group");
      for (unsigned i = 0; i < sources && reader_.ok(); ++i) address("source");
      reader_.skip(auxiliary);
    }
    rest("payload");
  }

  void advertised_router() {
    number("hop_limit", 1);
    const std::uint8_t flags = reader_.u8();
    if (reader_.ok()) {
      add_flag(message_, out_, "managed", (flags & 0x80) != 0);
      add_flag(message_, out_, "other_configuration", (flags & 0x40) != 0, 1);
    }
    number("lifetime", 2);
    number("reachable_ms", 4);
    number("retransmit_ms", 4);
    options();
  }

  void advertised_neighbor() {
    const std::uint32_t flags = reader_.be32();
    if (reader_.ok()) {
      add_flag(message_, out_, "router", flags >> 31 != 0);
      add_flag(message_, out_, "solicited", (flags >> 30 & 1) != 0);
      add_flag(message_, out_, "override", (flags >> 29 & 1) != 0, 1);
    }
    address("target");
  }

  /// RFC 4861 section 4.6: type, length in eight bytes, content.
  void options() {
    while (reader_.ok() && reader_.remaining() != 0) {
      const std::size_t at = reader_.position();
      const std::uint8_t type = reader_.u8();
      const std::size_t length = std::size_t{8} * reader_.u8();
      const ByteView content = reader_.take(length < 8 ? 0 : length - 2);
      if (length < 8 || !reader_.ok()) {
        if (!message_.gap)
          out_.malformed(message_, fmt::format("option {} is cut off at byte {}", type, at));
        reader_.skip(reader_.remaining() + 1);  // nothing behind it can be told
        return;
      }
      option(type, content);
    }
  }

  void option(std::uint8_t type, ByteView content) {
    switch (type) {
      case 1:
        return add_address(message_, out_, "source_mac", Address::Kind::mac, content);
      case 2:
        return add_address(message_, out_, "target_mac", Address::Kind::mac, content);
      case 3:
        if (content.size() == 30) return prefix(content);
        break;
      case 4:
        if (content.size() >= 6) return add_packet_in_error(message_, out_, content.subspan(6));
        break;
      case 5:
        if (content.size() == 6) return integer("mtu", content.subspan(2));
        break;
      case 25:
        if (content.size() >= 22) {
          integer("dns_lifetime", content.subspan(2, 4));
          return add_addresses(message_, out_, "dns_server", Address::Kind::ipv6,
                               content.subspan(6));
        }
        break;
      case 31:
        if (content.size() >= 6) {
          integer("domain_lifetime", content.subspan(2, 4));
          return domains(content.subspan(6));
        }
        break;
      case 37: {  // RFC 8910
        const std::string_view text = as_text(content);
        return out_.text(message_, "captive_portal", text.substr(0, text.find('\0')));
      }
      default:
        break;
    }
    std::string path = "option:";
    append_number(path, type);
    out_.content(message_, path, content);
  }

  void integer(std::string_view path, ByteView bytes) {
    std::uint32_t value = 0;
    for (const std::uint8_t b : bytes) value = value << 8 | b;
    out_.integer(message_, path, value, bytes.size());
  }

  void prefix(ByteView content) {
    std::string& text = out_.field(message_, "prefix", FieldType::text, 17).value;
    append_text(text, Address::of(Address::Kind::ipv6, content.subspan(14)));
    text += '/';
    append_number(text, content[0]);
    add_flag(message_, out_, "on_link", (content[1] & 0x80) != 0);
    add_flag(message_, out_, "autonomous", (content[1] & 0x40) != 0, 1);
    integer("valid_lifetime", content.subspan(2, 4));
    integer("preferred_lifetime", content.subspan(6, 4));
  }

  void domains(ByteView content) {
    ByteReader reader(content);
    std::string name;
    while (reader.remaining() != 0) {
      const std::size_t begin = reader.position();
      if (!read_dns_name(content, reader, name))
        return add_hex(message_, out_, "domain_search", content.subspan(begin));
      if (name.empty()) return;  // padding
      append_label(
          out_.field(message_, "domain_search", FieldType::text, reader.position() - begin).value,
          name);
    }
  }

  Message& message_;
  Outlet& out_;
  ByteReader& reader_;
};

bool read(const Datagram& datagram, Flow& flow, Outlet& out) {
  if (datagram.ip_protocol != protocol_icmpv6) return false;
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
      out.malformed(message, "ICMPv6 header is cut off at byte 0");
    }
    add_unread(message, out, "payload", datagram.bytes);
    out.send(message, flow);
    return true;
  }
  out.integer(message, "type", type, 1);
  out.integer(message, "code", code, 1);
  Body(message, out, reader).add(type);
  if (!reader.ok() && !message.gap && !message.malformed)
    out.malformed(message, "ICMPv6 message is cut off inside its fields");
  out.send(message, flow);
  return true;
}

}  // namespace

extern const Room icmpv6_room{"icmpv6", read, nullptr, nullptr};

}  // namespace brewproof::decode
