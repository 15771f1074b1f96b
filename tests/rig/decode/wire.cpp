#include "tests/rig/decode/wire.h"

#include <fmt/format.h>

#include <map>
#include <set>

namespace brewproof::wire {
namespace {

void put16(Bytes& bytes, std::size_t value) {
  bytes.push_back(static_cast<std::uint8_t>(value >> 8));
  bytes.push_back(static_cast<std::uint8_t>(value));
}
void put32(Bytes& bytes, std::uint32_t value) {
  put16(bytes, value >> 16);
  put16(bytes, value & 0xffff);
}

Bytes tcp_segment(bool up, std::uint16_t server_port, std::uint16_t machine_port,
                  std::uint32_t sequence, std::uint32_t acknowledgement, std::uint8_t flags,
                  const Bytes& payload) {
  Bytes bytes;
  put16(bytes, up ? machine_port : server_port);
  put16(bytes, up ? server_port : machine_port);
  put32(bytes, sequence);
  put32(bytes, acknowledgement);
  bytes.push_back(0x50);
  bytes.push_back(flags);
  put16(bytes, 64240);
  put32(bytes, 0);
  return bytes + payload;
}

}  // namespace

Bytes hex(std::string_view text) {
  Bytes bytes;
  int half = -1;
  for (const char c : text) {
    if (c == ' ' || c == '\n') continue;
    const int digit = c >= 'a' ? c - 'a' + 10 : c >= 'A' ? c - 'A' + 10 : c - '0';
    if (half < 0) {
      half = digit;
    } else {
      bytes.push_back(static_cast<std::uint8_t>(half << 4 | digit));
      half = -1;
    }
  }
  return bytes;
}

Bytes text(std::string_view text) { return {text.begin(), text.end()}; }

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Bytes ethernet(bool up, std::uint16_t ethertype, const Bytes& payload) {
  const Bytes machine = hex("02c0ffee0001"), rig = hex("02c0ffee00fe");
  Bytes frame = up ? rig + machine : machine + rig;
  put16(frame, ethertype);
  return frame + payload;
}

Bytes ipv4(bool up, std::uint8_t protocol, const Bytes& payload, std::uint8_t server) {
  const Bytes machine = {10, 77, 0, 50}, peer = {203, 0, 113, server};
  Bytes packet = hex("45 00");
  put16(packet, 20 + payload.size());
  packet = packet + hex("1234 4000 40") + Bytes{protocol} + hex("0000");
  packet = packet + (up ? machine + peer : peer + machine);
  return ethernet(up, 0x0800, packet + payload);
}

Bytes udp(bool up, std::uint16_t server_port, const Bytes& payload, std::uint16_t machine_port,
          std::uint8_t server) {
  Bytes datagram;
  put16(datagram, up ? machine_port : server_port);
  put16(datagram, up ? server_port : machine_port);
  put16(datagram, 8 + payload.size());
  put16(datagram, 0);
  return ipv4(up, 17, datagram + payload, server);
}

Tap::Tap(DecodeOptions options)
    : decoder_(std::move(options), [this](Message&& m) { messages.push_back(std::move(m)); }) {}

void Tap::packet(const Bytes& frame, std::optional<std::uint32_t> original_length,
                 std::uint16_t link_type) {
  // A copy of its own size, so that a sanitizer sees any read beyond its end.
  const Bytes exact(frame.begin(), frame.end());
  Packet packet;
  packet.time_ns = now_ns_;
  packet.data = exact;
  packet.original_length = original_length.value_or(static_cast<std::uint32_t>(exact.size()));
  packet.link_type = link_type;
  packet.place = {0, offset_, ++frame_};
  decoder_.packet(packet);
  now_ns_ += 1'000'000;
  offset_ += 16 + exact.size();
}

const std::vector<Message>& Tap::finish() {
  decoder_.finish();
  EXPECT_EQ(totals().lost_bytes, 0) << "uplink bytes that are of no class";
  return messages;
}

void check_byte_classes(const std::vector<Message>& messages) {
  for (const Message& m : messages)
    EXPECT_LE(m.value_bytes + m.sealed_bytes + m.unexplained_bytes, m.size)
        << m.protocol << ' ' << m.message;
}

Message decode_one(const Bytes& frame, DecodeOptions options, std::uint16_t link_type) {
  Tap tap(std::move(options));
  tap.packet(frame, {}, link_type);
  const auto& messages = tap.finish();
  EXPECT_EQ(messages.size(), 1u);
  check_byte_classes(messages);
  return messages.size() == 1 ? messages[0] : Message{};
}

void Connection::raw(bool up, std::int32_t ahead, const Bytes& payload, std::uint8_t flags,
                     std::optional<std::size_t> captured) {
  const std::uint32_t sequence = (up ? up_next_ : down_next_) + static_cast<std::uint32_t>(ahead);
  const Bytes segment = tcp_segment(up, server_port_, machine_port_, sequence,
                                    up ? down_next_ : up_next_, flags, payload);
  Bytes frame = ipv4(up, 6, segment, server_);
  const auto original = static_cast<std::uint32_t>(frame.size());
  if (captured) frame.resize(frame.size() - payload.size() + *captured);
  tap_.packet(frame, original);
}

void Connection::open() {
  raw(true, 0, {}, 0x02);
  ++up_next_;
  raw(false, 0, {}, 0x12);
  ++down_next_;
  raw(true, 0, {}, 0x10);
}

void Connection::send(bool up, const Bytes& payload) {
  raw(up, 0, payload);
  skip(up, static_cast<std::uint32_t>(payload.size()));
}

void Connection::close() {
  raw(true, 0, {}, 0x11);
  ++up_next_;
  raw(false, 0, {}, 0x11);
  ++down_next_;
  raw(true, 0, {}, 0x10);
}

std::string value(const Message& message, std::string_view path) {
  std::string joined;
  bool found = false;
  for (const Field& field : message.fields) {
    if (field.path != path) continue;
    if (found) joined += " & ";
    found = true;
    joined += field.value;
  }
  return found ? joined : "(none)";
}

namespace {

std::string describe(const std::vector<Message>& messages) {
  std::string all;
  for (const Message& m : messages) {
    all += fmt::format("{} {} {} size {}{}", m.from_dut ? "up" : "down", m.protocol, m.message,
                       m.size, m.malformed ? " malformed" : "");
    for (const Field& f : m.fields) all += fmt::format("\n  {}={}", f.path, f.value);
    for (const std::string& n : m.notes) all += "\n  note " + n;
    all += '\n';
  }
  return all;
}

std::string decode_in_pieces(const Exchange& exchange, std::size_t up_cut, std::size_t down_cut) {
  Tap tap;
  Connection connection(tap, exchange.server_port);
  connection.open();
  const auto send = [&](bool up, const Bytes& all, std::size_t cut) {
    const auto at = all.begin() + static_cast<std::ptrdiff_t>(cut);
    for (const Bytes& piece : {Bytes(all.begin(), at), Bytes(at, all.end())})
      if (!piece.empty()) up ? connection.up(piece) : connection.down(piece);
  };
  send(true, exchange.up, up_cut);
  send(false, exchange.down, down_cut);
  connection.close();
  return describe(tap.finish());
}

}  // namespace

namespace {

/// What a cut message holds under a path of the whole one stands there, too, or says that it was
/// cut.
void check_cut_fields(const std::vector<Message>& whole, const std::vector<Message>& cut) {
  std::map<std::string, std::set<std::string>> known;
  std::set<std::string> protocols;
  for (const Message& message : whole) {
    protocols.insert(message.protocol);
    for (const Field& field : message.fields) known[field.path].insert(field.value);
  }
  for (const Message& message : cut) {
    // The beginning alone may be another protocol's.
    if (!protocols.contains(message.protocol) && message.protocol != "udp" &&
        message.protocol != "tcp")
      continue;
    EXPECT_TRUE(message.gap || !message.malformed) << message.protocol << " " << message.message;
    for (const Field& field : message.fields) {
      // A size is what a header says, of whatever unit is told.
      if (field.cut || field.path == "size") continue;
      const auto values = known.find(field.path);
      EXPECT_TRUE(values == known.end() || values->second.contains(field.value))
          << message.protocol << " " << message.message << ": " << field.path << " = "
          << field.value;
    }
  }
}

/// One side of it as one segment, of which `keep` bytes were captured.
std::vector<Message> decode_cut(const Exchange& exchange, bool up, std::size_t keep) {
  Tap tap;
  Connection connection(tap, exchange.server_port);
  connection.open();
  for (const bool side : {true, false}) {
    const Bytes& bytes = side ? exchange.up : exchange.down;
    if (bytes.empty()) continue;
    connection.raw(side, 0, bytes, 0x18, side == up ? keep : bytes.size());
    connection.skip(side, static_cast<std::uint32_t>(bytes.size()));
  }
  connection.close();
  const auto& messages = tap.finish();
  check_byte_classes(messages);
  return messages;
}

}  // namespace

void check_every_boundary(const Exchange& exchange) {
  const std::string whole = decode_in_pieces(exchange, 0, 0);
  for (std::size_t cut = 1; cut < exchange.up.size(); ++cut)
    ASSERT_EQ(decode_in_pieces(exchange, cut, 0), whole) << "uplink in two pieces at " << cut;
  for (std::size_t cut = 1; cut < exchange.down.size(); ++cut)
    ASSERT_EQ(decode_in_pieces(exchange, 0, cut), whole) << "downlink in two pieces at " << cut;
  for (std::size_t keep = 0; keep < exchange.up.size(); ++keep) {
    Exchange cut = exchange;
    cut.up.resize(keep);
    ASSERT_NE(decode_in_pieces(cut, 0, 0), whole) << "uplink cut off after " << keep;
  }
  for (std::size_t keep = 0; keep < exchange.down.size(); ++keep) {
    Exchange cut = exchange;
    cut.down.resize(keep);
    ASSERT_NE(decode_in_pieces(cut, 0, 0), whole) << "downlink cut off after " << keep;
  }
  for (const bool up : {true, false}) {
    const std::size_t size = (up ? exchange.up : exchange.down).size();
    if (size == 0) continue;
    const auto uncut = decode_cut(exchange, up, size);
    for (std::size_t keep = 1; keep < size; ++keep) {
      check_cut_fields(uncut, decode_cut(exchange, up, keep));
      ASSERT_FALSE(::testing::Test::HasFailure())
          << (up ? "uplink" : "downlink") << " of which " << keep << " bytes were captured";
    }
  }
}

void check_every_cut(const Bytes& payload, std::uint16_t server_port) {
  Tap uncut;
  uncut.packet(udp(true, server_port, payload));
  uncut.finish();
  for (std::size_t keep = 0; keep < payload.size(); ++keep) {
    Tap tap;
    const Bytes whole = udp(true, server_port, payload);
    tap.packet(udp(true, server_port,
                   Bytes(payload.begin(), payload.begin() + static_cast<std::ptrdiff_t>(keep))));
    tap.packet(
        Bytes(whole.begin(), whole.end() - static_cast<std::ptrdiff_t>(payload.size() - keep)),
        static_cast<std::uint32_t>(whole.size()));
    ASSERT_EQ(tap.finish().size(), 2u) << "cut after " << keep;
    check_byte_classes(tap.messages);
    if (keep == 0) continue;
    check_cut_fields(uncut.messages, {tap.messages.back()});
    ASSERT_FALSE(::testing::Test::HasFailure()) << "cut after " << keep;
  }
}

}  // namespace brewproof::wire
