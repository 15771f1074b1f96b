#include "rig/decode/quic/connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "rig/decode/fields.h"
#include "rig/decode/text.h"
#include "rig/decode/tls/hello_fields.h"
#include "rig/decode/tls/names.h"

namespace brewproof::decode {
namespace {

constexpr std::size_t handshake_header = 4, longest_hello = 65536 - handshake_header;

/// RFC 9000 section 19: those that Initial packets may carry (section 12.4).
enum Frame : std::uint64_t {
  padding = 0,
  ping = 1,
  ack = 2,
  ack_ecn = 3,
  crypto = 6,
  close = 0x1c
};

std::string_view type_name(QuicType type) {
  switch (type) {
    case QuicType::initial:
      return "initial";
    case QuicType::zero_rtt:
      return "0-rtt";
    case QuicType::handshake:
      return "handshake";
    case QuicType::retry:
      return "retry";
    case QuicType::negotiation:
      return "version negotiation";
    case QuicType::other:
      break;
  }
  return "packet";
}

void append_version(std::string& text, std::uint32_t version) {
  if (version == quic_v1 || version == quic_v2) {
    text += version == quic_v1 ? '1' : '2';
    return;
  }
  fmt::format_to(std::back_inserter(text), "0x{:08x}", version);
}

void skip_numbers(ByteReader& frames, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count && frames.ok(); ++i)
    static_cast<void>(read_quic_number(frames));
}

void skip_acknowledgement(ByteReader& frames, bool with_counts) {
  skip_numbers(frames, 2);  // largest, delay
  const std::uint64_t ranges = read_quic_number(frames);
  skip_numbers(frames, 1 + 2 * std::min<std::uint64_t>(ranges, frames.remaining()));
  if (with_counts) skip_numbers(frames, 3);
}

void add_packet_fields(Message& message, Outlet& out, const QuicPacket& packet) {
  append_version(out.field(message, "quic_version", FieldType::text, 4).value, packet.version);
  add_hex(message, out, "destination_id", packet.destination);
  add_hex(message, out, "source_id", packet.source);
  if (!packet.token.empty()) add_hex(message, out, "token", packet.token);
}

}  // namespace

bool begins_quic(const QuicPacket& packet) {
  return packet.type == QuicType::initial &&
         open_quic_initial(packet,
                           quic_initial_keys(packet.version, packet.destination, Side::client));
}

/// The keys hold for the whole connection, in each version that it tries (RFC 9369 section 4.1). A
/// packet that opens with its own destination's keys begins a connection, or begins it again after
/// a Retry.
std::optional<QuicOpened> QuicConnection::open(Side from, const QuicPacket& packet) {
  Half& sender = half(from);
  if (!origin_.empty()) {
    if (sender.keys_version != packet.version) {
      sender.keys =
          quic_initial_keys(packet.version, origin_, from == client_ ? Side::client : Side::server);
      sender.keys_version = packet.version;
    }
    if (auto opened = open_quic_initial(packet, sender.keys)) return opened;
  }
  QuicKeys keys = quic_initial_keys(packet.version, packet.destination, Side::client);
  auto opened = open_quic_initial(packet, keys);
  if (!opened) return std::nullopt;
  end("another connection begins");
  for (Half& each : half_) {
    each.crypto.clear();
    each.keys_version = 0;
    each.id.clear();
  }
  origin_.assign(packet.destination.begin(), packet.destination.end());
  if (tally_.is_sealed()) tally_ = SessionTally(*flow_, *out_);
  client_random_.clear();
  client_ = from;
  sender.keys = std::move(keys);
  sender.keys_version = packet.version;
  return opened;
}

void QuicConnection::read(const Datagram& datagram, const std::vector<QuicPacket>& packets) {
  std::size_t begin = 0;
  for (const QuicPacket& packet : packets) begin += packet.wire_length;
  const std::size_t rest = datagram.wire_length - begin;
  const ByteView bytes = datagram.bytes.subspan(std::min(begin, datagram.bytes.size()));
  // What follows is a packet with a short header, or padding that counts on the last one.
  const bool has_short = !bytes.empty() && (bytes[0] & 0xc0) == 0x40;
  for (const QuicPacket& packet : packets) {
    const bool last = &packet == &packets.back();
    const std::size_t size = packet.wire_length + (last && !has_short ? rest : 0);
    if (packet.type == QuicType::initial) {
      read_initial(datagram, packet, size);
    } else {
      send_sealed(datagram, packet, size);
    }
  }
  if (has_short) send_short(datagram, bytes, rest);
}

Message& QuicConnection::begin_packet(const Datagram& datagram, std::size_t size,
                                      std::size_t captured) {
  Message& message = out_->begin(*flow_, datagram.from, datagram.span, "quic");
  message.size = size;
  message.gap = captured < size && datagram.cut();
  if (message.gap)
    message.notes.push_back(
        fmt::format("cut by the snap length: {} of {} bytes were captured", captured, size));
  return message;
}

void QuicConnection::read_initial(const Datagram& datagram, const QuicPacket& packet,
                                  std::size_t size) {
  const auto opened = open(datagram.from, packet);
  if (!opened) return send_sealed(datagram, packet, size);
  confirmed_ = true;
  Half& sender = half(datagram.from);
  sender.id.assign(packet.source.begin(), packet.source.end());
  Message& message = begin_packet(datagram, size, packet.bytes.size());
  message.message = type_name(packet.type);
  add_packet_fields(message, *out_, packet);
  out_->integer(message, "number", static_cast<std::int64_t>(opened->number));
  read_frames(message, sender, *opened);
  if (!sender.crypto.unfinished()) return out_->send(message, *flow_);
  // It carries a hello, or a part of one: that is the message.
  if (sender.waiting == 0) {
    sender.waiting_span = datagram.span;
  } else {
    sender.waiting_span.include(datagram.span);
  }
  sender.waiting += size;
  send_hellos(datagram.from, packet);
}

void QuicConnection::read_frames(Message& message, Half& from, const QuicOpened& opened) {
  ByteReader frames(opened.frames);
  while (frames.ok() && frames.remaining() != 0) {
    const std::size_t at = frames.position();
    const std::uint64_t type = read_quic_number(frames);
    if (type == padding || type == ping) continue;
    if (type == ack || type == ack_ecn) {
      skip_acknowledgement(frames, type == ack_ecn);
    } else if (type == crypto) {
      const std::uint64_t offset = read_quic_number(frames);
      const ByteView bytes = frames.take(read_quic_number(frames));
      if (frames.ok() && !from.crypto.add(offset, bytes))
        message.notes.push_back(fmt::format("handshake bytes at {} are left out", offset));
    } else if (type == close) {
      message.message = "close";
      out_->integer(message, "error", static_cast<std::int64_t>(read_quic_number(frames)), 1);
      skip_numbers(frames, 1);  // the frame that was wrong
      const ByteView reason = frames.take(read_quic_number(frames));
      if (frames.ok() && !reason.empty()) out_->content(message, "reason", reason);
    } else {
      return out_->malformed(
          message, fmt::format("frame type {} at byte {} of an Initial packet", type, at));
    }
  }
  if (!frames.ok()) out_->malformed(message, "a frame runs out of its Initial packet");
}

bool QuicConnection::send_hellos(Side from, const QuicPacket& packet) {
  Half& sender = half(from);
  bool sent = false;
  for (;;) {
    const ByteView bytes = sender.crypto.bytes();
    if (bytes.size() < handshake_header) return sent;
    const std::size_t length = std::size_t{bytes[1]} << 16 | std::size_t{bytes[2]} << 8 | bytes[3];
    if (length <= longest_hello && bytes.size() < handshake_header + length) return sent;
    Message& message = out_->begin(*flow_, from, sender.waiting_span, "quic");
    message.size = std::exchange(sender.waiting, 0);
    if (length > longest_hello) {
      message.message = "handshake";
      out_->malformed(message, fmt::format("handshake message of {} bytes", length));
      message.unexplained_bytes = message.size;
      sender.crypto.consume(bytes.size());
      out_->send(message, *flow_);
      return true;
    }
    {
      std::optional<Outlet::Inside> counted_already;  // with the hello before it
      if (message.size == 0) counted_already.emplace(*out_);
      add_packet_fields(message, *out_, packet);
      add_hello(message, from, bytes[0], bytes.subspan(handshake_header, length));
    }
    sender.crypto.consume(handshake_header + length);
    out_->send(message, *flow_);
    sent = true;
  }
}

void QuicConnection::add_hello(Message& message, Side from, std::uint8_t type, ByteView body) {
  message.message = tls_handshake_name(type);
  if (message.message.empty()) {
    message.message = "handshake ";
    append_number(message.message, type);
  }
  if (type != tls_handshake::client_hello && type != tls_handshake::server_hello) return;
  TlsHello hello = read_tls_hello(body, type == tls_handshake::client_hello);
  if (message.gap) hello.whole = false;  // without its extensions one may look whole
  if (hello.asks_again()) message.message = "hello retry request";
  if (type == tls_handshake::client_hello) {
    client_random_.assign(hello.random.begin(), hello.random.end());
    add_client_hello(message, *out_, hello, TlsCarrier::quic);
    out_->name_party(*flow_, other(from), hello.sni);
  } else {
    add_server_hello(message, *out_, hello);
  }
  if (!hello.whole && !message.gap)
    out_->malformed(message, "hello is cut off inside its lengths, after byte 34");
}

void QuicConnection::send_sealed(const Datagram& datagram, const QuicPacket& packet,
                                 std::size_t size) {
  Message& message = begin_packet(datagram, size, packet.bytes.size());
  message.message = type_name(packet.type);
  if (packet.type == QuicType::negotiation) {
    add_hex(message, *out_, "destination_id", packet.destination);
    add_hex(message, *out_, "source_id", packet.source);
    ByteReader reader(packet.versions);
    while (reader.remaining() >= 4)
      append_version(out_->field(message, "version", FieldType::text, 4).value, reader.be32());
    return out_->send(message, *flow_);
  }
  if (packet.type == QuicType::retry) {
    add_packet_fields(message, *out_, packet);
    return out_->send(message, *flow_);
  }
  message.message += ' ';
  append_size_class(message.message, packet.wire_length);
  const Outlet::Inside sealed_with_the_rest(*out_);
  add_packet_fields(message, *out_, packet);
  out_->integer(message, "size", static_cast<std::int64_t>(packet.wire_length));
  const std::size_t open = packet.number_at;
  message.sealed_bytes = packet.bytes.size() > open ? packet.bytes.size() - open : 0;
  count_sealed(datagram);
  out_->send(message, *flow_);
}

void QuicConnection::send_short(const Datagram& datagram, ByteView bytes, std::size_t size) {
  Message& message = begin_packet(datagram, size, bytes.size());
  message.message = "packet ";
  append_size_class(message.message, size);
  out_->integer(message, "size", static_cast<std::int64_t>(size));
  const std::size_t open = 1 + half(other(datagram.from)).id.size();
  message.sealed_bytes = bytes.size() > open ? bytes.size() - open : 0;
  count_sealed(datagram);
  out_->send(message, *flow_);
}

void QuicConnection::end(std::string_view why) {
  for (const Side from : {Side::client, Side::server}) {
    Half& sender = half(from);
    if (sender.waiting == 0) continue;
    Message& message = out_->begin(*flow_, from, sender.waiting_span, "quic");
    message.size = std::exchange(sender.waiting, 0);
    message.message = type_name(QuicType::initial);
    message.gap = true;
    message.notes.push_back(fmt::format("the rest of its hello did not come: {}", why));
    const ByteView bytes = sender.crypto.bytes();
    if (bytes.size() > handshake_header)
      add_hello(message, from, bytes[0], bytes.subspan(handshake_header));
    sender.crypto.clear();
    out_->send(message, *flow_);
  }
}

}  // namespace brewproof::decode
