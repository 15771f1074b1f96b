// NTP versions 1 to 4 (RFC 5905) and SNTP, its simple clients (RFC 4330), with extension fields
// (RFC 7822, RFC 8915); the control mode (RFC 9327) and the private one by their headers.
#include <fmt/format.h>

#include <chrono>

#include "rig/decode/fields.h"
#include "rig/decode/room.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

constexpr std::size_t header_size = 48;
constexpr std::uint16_t ntp_port = 123;
constexpr std::uint8_t mode_client = 3, mode_server = 4, mode_control = 6, mode_private = 7;

std::string_view label(unsigned mode) {
  switch (mode) {
    case 1:
      return "symmetric active";
    case 2:
      return "symmetric passive";
    case mode_client:
      return "client";
    case mode_server:
      return "server";
    case 5:
      return "broadcast";
    default:
      return {};
  }
}

struct Header {
  std::uint8_t flags = 0, stratum = 0;
  std::int8_t poll = 0, precision = 0;
  std::uint32_t root_delay = 0, root_dispersion = 0;
  ByteView reference;
  std::uint64_t reference_time = 0, origin = 0, received = 0, transmitted = 0;

  [[nodiscard]] unsigned version() const { return flags >> 3 & 7; }
  [[nodiscard]] unsigned mode() const { return flags & 7; }
};

Header read_header(ByteReader& reader) {
  Header header;
  header.flags = reader.u8();
  header.stratum = reader.u8();
  header.poll = static_cast<std::int8_t>(reader.u8());
  header.precision = static_cast<std::int8_t>(reader.u8());
  header.root_delay = reader.be32();
  header.root_dispersion = reader.be32();
  header.reference = reader.take(4);
  header.reference_time = reader.be64();
  header.origin = reader.be64();
  header.received = reader.be64();
  header.transmitted = reader.be64();
  return header;
}

/// On another port than its own the content must leave no doubt: a client that knows nothing yet,
/// or a server that answers within a few seconds of root delay.
bool without_doubt(const Header& header, std::size_t size) {
  const bool whole = size == header_size || size == 68 || size == 72;
  const bool asks = header.mode() == mode_client && header.stratum == 0 && header.root_delay == 0 &&
                    header.root_dispersion == 0 && header.reference_time == 0 &&
                    header.received == 0;
  const bool answers = header.mode() == mode_server && header.stratum >= 1 &&
                       header.root_delay < 0x100000 && header.reference_time != 0 &&
                       header.received != 0 && header.transmitted >= header.received;
  return whole && header.version() >= 3 && (asks || answers);
}

/// RFC 4330 section 5: a simple client leaves everything zero but the first byte and, at most, the
/// time at which it asks.
bool is_simple(const Header& header) {
  return header.mode() == mode_client && header.stratum == 0 && header.poll == 0 &&
         header.precision == 0 && header.root_delay == 0 && header.root_dispersion == 0 &&
         header.reference_time == 0 && header.origin == 0 && header.received == 0;
}

/// Decimal digits over those at `at`; a format string takes four times as long.
void put_digits(std::string& text, std::size_t at, std::size_t count, std::uint64_t value) {
  for (std::size_t i = at + count; i-- > at; value /= 10)
    text[i] = static_cast<char>('0' + value % 10);
}

/// Seconds since 1900 with a fraction of 32 bits, as "2025-08-26T10:29:20.500000000Z". Eras count
/// on from 7 February 2036 (RFC 4330 section 3: a first bit of zero means the later one). 0: not
/// set.
void add_time(Message& message, Outlet& out, std::string_view path, std::uint64_t time) {
  std::string& text = out.field(message, path, FieldType::text, 8).value;
  if (time == 0) {
    text = "0";
    return;
  }
  constexpr std::int64_t from_1900_to_1970 = 2'208'988'800, era = std::int64_t{1} << 32;
  std::int64_t seconds = static_cast<std::int64_t>(time >> 32) - from_1900_to_1970;
  if (time >> 63 == 0) seconds += era;
  const std::uint64_t nanoseconds = (time & 0xffffffff) * 1'000'000'000 >> 32;
  const std::chrono::sys_seconds instant{std::chrono::seconds(seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(instant - day);
  text = "0000-00-00T00:00:00.000000000Z";
  put_digits(text, 0, 4, static_cast<std::uint64_t>(static_cast<int>(date.year())));
  put_digits(text, 5, 2, static_cast<unsigned>(date.month()));
  put_digits(text, 8, 2, static_cast<unsigned>(date.day()));
  put_digits(text, 11, 2, static_cast<std::uint64_t>(clock.hours().count()));
  put_digits(text, 14, 2, static_cast<std::uint64_t>(clock.minutes().count()));
  put_digits(text, 17, 2, static_cast<std::uint64_t>(clock.seconds().count()));
  put_digits(text, 20, 9, nanoseconds);
}

/// 16 bits of seconds, 16 of their fraction.
void add_seconds(Message& message, Outlet& out, std::string_view path, std::uint32_t value) {
  const std::uint64_t microseconds = std::uint64_t{value} * 1'000'000 >> 16;
  fmt::format_to(std::back_inserter(out.field(message, path, FieldType::real, 4).value), "{}.{:06}",
                 microseconds / 1'000'000, microseconds % 1'000'000);
}

/// A name in four letters for clocks and refusals, else the address of the server's server.
void add_reference(Message& message, Outlet& out, const Header& header) {
  if (header.stratum > 1)
    return add_address(message, out, "reference", Address::Kind::ipv4, header.reference);
  const std::string_view name = as_text(header.reference);
  const std::string_view letters = name.substr(0, name.find('\0'));
  const bool readable = is_readable(letters) && (!letters.empty() || header.reference[1] == 0);
  if (!readable) return add_hex(message, out, "reference", header.reference);
  out.field(message, "reference", FieldType::text, 4).value = letters;
}

/// RFC 7822. What network time security (RFC 8915) encrypts is sealed: cookies and its last field.
void add_extensions(Message& message, Outlet& out, ByteReader& reader) {
  constexpr std::size_t longest_authenticator = 24;
  while (reader.remaining() > longest_authenticator) {
    ByteReader ahead = reader;
    const std::uint16_t type = ahead.be16(), length = ahead.be16();
    if (length < 16 || length % 4 != 0 || length > reader.remaining()) return;
    const ByteView value = ahead.take(length - 4u);
    reader = ahead;
    if (type == 0x0204 || type == 0x0404) {
      message.sealed_bytes += value.size();
      const Outlet::Inside sealed(out);
      add_hex(message, out, fmt::format("extension:{:04x}", type), value);
    } else {
      add_hex(message, out, fmt::format("extension:{:04x}", type), value);
    }
  }
}

void add_fields(Message& message, Outlet& out, const Header& header, ByteReader& reader) {
  out.integer(message, "leap", header.flags >> 6);
  out.integer(message, "version", header.version());
  if (is_simple(header)) add_flag(message, out, "sntp", true);
  out.integer(message, "stratum", header.stratum, 1);
  out.integer(message, "poll", header.poll, 1);
  out.integer(message, "precision", header.precision, 1);
  add_seconds(message, out, "root_delay", header.root_delay);
  add_seconds(message, out, "root_dispersion", header.root_dispersion);
  add_reference(message, out, header);
  add_time(message, out, "reference_time", header.reference_time);
  add_time(message, out, "origin_time", header.origin);
  add_time(message, out, "receive_time", header.received);
  add_time(message, out, "transmit_time", header.transmitted);
  if (header.version() == 4) add_extensions(message, out, reader);
  if (reader.remaining() != 0) add_hex(message, out, "authenticator", reader.rest());
}

std::string_view control_operation(unsigned code) {
  constexpr std::string_view operations[] = {
      "operation 0", "read status",  "read variables", "write variables", "read clock",
      "write clock", "set trap",     "trap",           "configure",       "export configuration",
      "read recent", "read ordered", "request nonce"};
  return code < std::size(operations) ? operations[code] : std::string_view("other");
}

bool read_control(const Datagram& datagram, Flow& flow, Outlet& out) {
  ByteReader reader(datagram.bytes);
  reader.skip(1);
  const std::uint8_t operation = reader.u8();
  const std::uint16_t sequence = reader.be16(), status = reader.be16(), association = reader.be16(),
                      offset = reader.be16(), count = reader.be16();
  if (!reader.ok() || count > datagram.wire_length - 12) return false;
  Message& message = begin(datagram, flow, out, "ntp");
  message.message = "control ";
  message.message += control_operation(operation & 31);
  if ((operation & 0x80) != 0) message.message += " response";
  out.integer(message, "operation", operation & 31, 1);
  out.integer(message, "sequence", sequence, 2);
  out.integer(message, "status", status, 2);
  out.integer(message, "association", association, 2);
  out.integer(message, "offset", offset, 2);
  const ByteView text = reader.take(std::min<std::size_t>(count, reader.remaining()));
  if (!text.empty()) out.content(message, "payload", text);
  if (reader.remaining() != 0) add_hex(message, out, "authenticator", reader.rest());
  out.send(message, flow);
  return true;
}

/// ntpd's own protocol, which no document describes: its header is request code and item count.
bool read_private(const Datagram& datagram, Flow& flow, Outlet& out) {
  ByteReader reader(datagram.bytes);
  const std::uint8_t flags = reader.u8();
  reader.skip(1);
  const std::uint8_t implementation = reader.u8(), code = reader.u8();
  reader.skip(4);
  if (!reader.ok()) return false;
  Message& message = begin(datagram, flow, out, "ntp");
  message.message = (flags & 0x80) != 0 ? "private response" : "private request";
  out.integer(message, "implementation", implementation, 1);
  out.integer(message, "code", code, 1);
  if (reader.remaining() != 0) out.content(message, "payload", reader.rest());
  out.send(message, flow);
  return true;
}

bool read(const Datagram& datagram, Flow& flow, Outlet& out) {
  if (!datagram.udp() || datagram.bytes.empty()) return false;
  ByteReader reader(datagram.bytes);
  const Header header = read_header(reader);
  const bool own_port = datagram.has_port(ntp_port);
  const unsigned version = datagram.bytes[0] >> 3 & 7, mode = datagram.bytes[0] & 7;
  if (version < 1 || version > 4) return false;
  if (mode == mode_control) return own_port && read_control(datagram, flow, out);
  if (mode == mode_private) return own_port && read_private(datagram, flow, out);
  if (!reader.ok() || label(mode).empty() || header.stratum > 16) return false;
  if (!own_port && !without_doubt(header, datagram.bytes.size())) return false;
  Message& message = begin(datagram, flow, out, "ntp");
  message.message = label(mode);
  add_fields(message, out, header, reader);
  out.send(message, flow);
  return true;
}

}  // namespace

extern const Room ntp_room{"ntp", read, nullptr, nullptr};

}  // namespace brewproof::decode
