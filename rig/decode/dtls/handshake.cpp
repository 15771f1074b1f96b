#include "rig/decode/dtls/handshake.h"

#include <fmt/format.h>

#include <algorithm>

#include "rig/decode/fields.h"
#include "rig/decode/text.h"
#include "rig/decode/tls/certificate.h"
#include "rig/decode/tls/hello_fields.h"
#include "rig/decode/tls/names.h"

namespace brewproof::decode {
namespace {

constexpr std::size_t fragment_header = 12, max_message = 65536, max_pending = 16;

void append_name(std::string& label, std::uint8_t type) {
  label += tls_handshake_name(type);
  if (!label.empty()) return;
  label += "handshake ";
  append_number(label, type);
}

/// A client hello has the cookie between session and suites (RFC 6347 section 4.2.1): without it,
/// it reads as in TLS.
struct WithoutCookie {
  Bytes hello;
  ByteView cookie;
};

WithoutCookie take_cookie(ByteView body) {
  ByteReader reader(body);
  reader.skip(34);
  reader.skip(reader.u8());
  const std::size_t at = reader.position();
  WithoutCookie taken;
  taken.cookie = reader.take(reader.u8());
  if (!reader.ok()) {
    taken.hello.assign(body.begin(), body.end());
    return taken;
  }
  taken.hello.assign(body.begin(), body.begin() + static_cast<std::ptrdiff_t>(at));
  const ByteView rest = reader.rest();
  taken.hello.insert(taken.hello.end(), rest.begin(), rest.end());
  return taken;
}

}  // namespace

void DtlsHandshake::add(Side from, ByteView content, std::size_t wire, const Span& span) {
  std::size_t overhead = wire - content.size();  // the record's header, on its first message
  ByteReader reader(content);
  while (reader.remaining() != 0) {
    const std::size_t begin = reader.position();
    const std::uint8_t type = reader.u8();
    const std::size_t length = reader.be24();
    const std::uint16_t sequence = reader.be16();
    const std::size_t offset = reader.be24(), size = reader.be24();
    const ByteView bytes = reader.take(size);
    if (!reader.ok() || length > max_message || offset + size > length) {
      const ByteView rest = content.subspan(begin);
      return send_unread(from, rest, rest.size() + overhead, span);
    }
    const auto at = pending(from, sequence, type, length);
    if (at->wire == 0) {
      at->span = span;
    } else {
      at->span.include(span);
    }
    at->wire += fragment_header + size + std::exchange(overhead, 0);
    at->bytes.add(offset, bytes);
    if (at->bytes.bytes().size() >= length) send(at, {});
  }
  if (overhead != 0) send_unread(from, {}, overhead, span);  // an empty record
}

std::list<DtlsHandshake::Pending>::iterator DtlsHandshake::pending(Side from,
                                                                   std::uint16_t sequence,
                                                                   std::uint8_t type,
                                                                   std::size_t length) {
  const auto found = std::find_if(pending_.begin(), pending_.end(), [&](const Pending& p) {
    return p.from == from && p.sequence == sequence && p.type == type && p.length == length;
  });
  if (found != pending_.end()) return found;
  if (pending_.size() >= max_pending) send(pending_.begin(), "too many messages are open");
  return pending_.emplace(pending_.end(), from, sequence, type, length, out_->budget);
}

void DtlsHandshake::send(std::list<Pending>::iterator at, std::string_view cut) {
  Message& message = out_->begin(*flow_, at->from, at->span, "dtls");
  message.size = at->wire;
  append_name(message.message, at->type);
  out_->integer(message, "size", static_cast<std::int64_t>(at->length));
  out_->integer(message, "sequence", at->sequence, 2);
  const ByteView body = at->bytes.bytes();
  if (!cut.empty()) {
    message.gap = true;
    message.notes.push_back(
        fmt::format("cut off after {} of {} bytes: {}", body.size(), at->length, cut));
  }
  add_body(message, at->from, at->type, body, cut.empty());
  std::uint64_t& sent = sent_[index(at->from)];
  const std::uint64_t bit = at->sequence < 64 ? std::uint64_t{1} << at->sequence : 0;
  if ((sent & bit) != 0) message.notes.emplace_back("a copy of a message that came before");
  sent |= bit;
  pending_.erase(at);
  out_->send(message, *flow_);
}

void DtlsHandshake::add_body(Message& message, Side from, std::uint8_t type, ByteView body,
                             bool whole) {
  if (type == tls_handshake::client_hello) {
    const WithoutCookie taken = take_cookie(body);
    TlsHello hello = read_tls_hello(taken.hello, true);
    hello.whole = hello.whole && whole;  // without its extensions one may look whole
    client_random_.assign(hello.random.begin(), hello.random.end());
    if (!taken.cookie.empty()) add_hex(message, *out_, "cookie", taken.cookie);
    add_client_hello(message, *out_, hello, TlsCarrier::datagram);
    out_->name_party(*flow_, other(from), hello.sni);
    if (whole && !hello.whole)
      out_->malformed(message, "hello is cut off inside its lengths, after byte 34");
  } else if (type == tls_handshake::server_hello) {
    TlsHello hello = read_tls_hello(body, false);
    hello.whole = hello.whole && whole;
    if (hello.asks_again()) message.message = "hello retry request";
    add_server_hello(message, *out_, hello);
    version_ = hello.selected_version();
    if (whole && !hello.whole)
      out_->malformed(message, "hello is cut off inside its lengths, after byte 34");
  } else if (type == tls_handshake::hello_verify_request && body.size() >= 3) {
    ByteReader reader(body);
    append_tls_version(out_->field(message, "version", FieldType::text, 2).value, reader.be16());
    const ByteView cookie = reader.take(reader.u8());
    if (reader.ok()) add_hex(message, *out_, "cookie", cookie);
  } else if (type == tls_handshake::certificate && whole) {
    add_certificates(message, *out_, body, false);
  }
}

void DtlsHandshake::send_unread(Side from, ByteView content, std::size_t wire, const Span& span) {
  Message& message = out_->begin(*flow_, from, span, "dtls");
  message.message = "handshake";
  message.size = wire;
  out_->malformed(message, "no handshake fragment at byte 13");
  add_unread(message, *out_, "payload", content);
  out_->send(message, *flow_);
}

void DtlsHandshake::end(std::string_view why) {
  while (!pending_.empty()) send(pending_.begin(), why);
}

}  // namespace brewproof::decode
