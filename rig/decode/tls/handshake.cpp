#include "rig/decode/tls/handshake.h"

#include <fmt/format.h>

#include <utility>

#include "rig/decode/text.h"
#include "rig/decode/tls/certificate.h"
#include "rig/decode/tls/hello_fields.h"
#include "rig/decode/tls/names.h"

namespace brewproof::decode {
namespace {

constexpr std::size_t header_size = 4;
constexpr std::size_t max_message = 65536;  // bytes of a handshake message

void append_name(std::string& text, std::uint8_t type) {
  const std::string_view name = tls_handshake_name(type);
  if (!name.empty()) {
    text += name;
    return;
  }
  text += "handshake ";
  append_number(text, type);
}

/// RFC 5077 section 3.3, RFC 8446 section 4.6.1.
void add_ticket(Message& message, Outlet& out, ByteView body, bool in_tls13) {
  ByteReader reader(body);
  const std::uint32_t lifetime = reader.be32();
  if (in_tls13) {
    reader.skip(4);            // ticket_age_add
    reader.skip(reader.u8());  // ticket_nonce
  }
  const ByteView ticket = reader.take(reader.be16());
  if (!reader.ok()) return out.malformed(message, "ticket is cut off inside its lengths");
  out.integer(message, "lifetime", lifetime, 4);
  append_hex(out.field(message, "ticket", FieldType::bytes, ticket.size()).value,
             ticket.first(std::min(ticket.size(), max_value)));
}

}  // namespace

bool begins_tls_handshake(ByteView content) {
  return !content.empty() && !tls_handshake_name(content[0]).empty() &&
         (content.size() < 2 || content[1] == 0);
}

void TlsHandshake::add(Side from, ByteView content, std::size_t wire, const Span& span) {
  Half& half = half_[index(from)];
  if (half.bytes.empty() && half.overhead == 0) {
    half.span = span;
  } else {
    half.span.include(span);
  }
  half.latest = span;
  half.overhead += wire - content.size();
  if (half.bytes.empty()) {
    half.bytes.append(content.subspan(read(from, half, content)));
  } else {
    half.bytes.append(content);
    half.bytes.drop_front(read(from, half, half.bytes.view()));
  }
}

void TlsHandshake::add_cut(Side from, ByteView content, std::size_t wire, const Span& span,
                           std::string_view why) {
  add(from, content, wire, span);
  end(from, why);
}

void TlsHandshake::end(Side from, std::string_view why) {
  Half& half = half_[index(from)];
  if (half.bytes.empty() && half.overhead == 0) return;
  cut(from, half, half.bytes.view(), why);
  half.bytes.clear();
}

/// Sends out all messages that are whole; returns how many bytes they took.
std::size_t TlsHandshake::read(Side from, Half& half, ByteView bytes) {
  std::size_t at = 0;
  while (bytes.size() - at >= header_size) {
    const ByteView rest = bytes.subspan(at);
    const std::size_t length = std::size_t{rest[1]} << 16 | std::size_t{rest[2]} << 8 | rest[3];
    if (length > max_message) {
      Message& message = begin(from, half, rest.size());
      message.message = "handshake";
      message.unexplained_bytes = rest.size();
      out_->malformed(message, fmt::format("handshake message of {} bytes at byte 1", length));
      out_->send(message, *flow_);
      return bytes.size();
    }
    if (rest.size() < header_size + length) break;
    message(from, half, rest[0], rest.subspan(header_size, length));
    at += header_size + length;
  }
  return at;
}

Message& TlsHandshake::begin(Side from, Half& half, std::size_t size) {
  Message& message = out_->begin(*flow_, from, half.span, "tls");
  half.span = half.latest;
  message.size = size + std::exchange(half.overhead, 0);
  return message;
}

void TlsHandshake::message(Side from, Half& half, std::uint8_t type, ByteView body) {
  Message& message = begin(from, half, header_size + body.size());
  append_name(message.message, type);
  out_->integer(message, "size", static_cast<std::int64_t>(body.size()));
  read_body(message, from, type, body, true);
  out_->send(message, *flow_);
  session_->handshake(from, type, body);
}

void TlsHandshake::cut(Side from, Half& half, ByteView bytes, std::string_view why) {
  Message& message = begin(from, half, bytes.size());
  message.gap = true;
  if (bytes.size() < header_size) {
    message.message = "handshake";
    message.notes.push_back(fmt::format("cut off after {} bytes: {}", bytes.size(), why));
    return out_->send(message, *flow_);
  }
  const std::size_t length = std::size_t{bytes[1]} << 16 | std::size_t{bytes[2]} << 8 | bytes[3];
  append_name(message.message, bytes[0]);
  out_->integer(message, "size", static_cast<std::int64_t>(length));
  message.notes.push_back(
      fmt::format("cut off after {} of {} bytes: {}", bytes.size(), header_size + length, why));
  read_body(message, from, bytes[0], bytes.subspan(header_size), false);
  out_->send(message, *flow_);
}

void TlsHandshake::read_body(Message& message, Side from, std::uint8_t type, ByteView body,
                             bool whole) {
  switch (type) {
    case tls_handshake::client_hello:
      return read_client_hello(message, from, body, whole);
    case tls_handshake::server_hello:
      return read_server_hello(message, body, whole);
    case tls_handshake::encrypted_extensions:
      if (whole) add_encrypted_extensions(message, *out_, read_encrypted_extensions(body));
      return;
    case tls_handshake::new_session_ticket:
      if (whole) add_ticket(message, *out_, body, session_->version() == tls13);
      return;
    case tls_handshake::certificate:
      if (whole) add_certificates(message, *out_, body, session_->version() == tls13);
      return;
    default:
      return;
  }
}

void TlsHandshake::read_client_hello(Message& message, Side from, ByteView body, bool whole) {
  TlsHello hello = read_tls_hello(body, true);
  hello.whole = hello.whole && whole;  // without its extensions one may look whole
  add_client_hello(message, *out_, hello, TlsCarrier::tcp);
  if (whole && !hello.whole)
    out_->malformed(message, "hello is cut off inside its lengths, after byte 34");
  out_->name_party(*flow_, other(from), hello.sni);
  session_->client_hello(hello);
}

void TlsHandshake::read_server_hello(Message& message, ByteView body, bool whole) {
  TlsHello hello = read_tls_hello(body, false);
  hello.whole = hello.whole && whole;
  if (hello.asks_again()) message.message = "hello retry request";
  add_server_hello(message, *out_, hello);
  if (whole && !hello.whole)
    out_->malformed(message, "hello is cut off inside its lengths, after byte 34");
  session_->server_hello(hello);
  if (const auto resumed = session_->resumed())
    out_->field(message, "resumed", FieldType::boolean).value = *resumed ? "true" : "false";
}

}  // namespace brewproof::decode
