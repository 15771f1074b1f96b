// One room by itself: pieces of both directions of a stream, and holes in it, by way of a
// conversation that asks no other room; and datagrams.
//
// Each piece of an input: what it is (8 bits), its length (16 bits), its bytes.
#include <algorithm>

#include "rig/decode/room.h"
#include "rig/decode/stream/conversation.h"
#include "tests/fuzz/target.h"

namespace brewproof::fuzz {
namespace {

using namespace brewproof::decode;

constexpr std::size_t max_buffer = 64 << 10;
constexpr int max_reads = 1'000'000;  // of one piece

enum What : std::uint8_t { from_server = 1, gap = 2, datagram = 4, cut = 8, to_group = 16 };

const Room* watched = nullptr;  // the room that is played with
int reads = 0;                  // of its readers, of the piece at hand

/// A reader of that room, and what must hold of it.
class Watched final : public StreamReader {
 public:
  explicit Watched(std::unique_ptr<StreamReader> reader) : reader_(std::move(reader)) {}
  bool read(Side from, StreamBuffer& input) override {
    if (++reads > max_reads) wrong("a room goes on without reading");
    const std::size_t before = input.bytes().size();
    const bool stays = reader_->read(from, input);
    if (input.bytes().size() > before) wrong("a room gave bytes back");
    return stays;
  }
  bool gap(Side from, std::uint64_t count) override { return reader_->gap(from, count); }
  void end(Side from, std::string_view why) override { reader_->end(from, why); }

 private:
  std::unique_ptr<StreamReader> reader_;
};

std::unique_ptr<StreamReader> open_watched(Flow& flow, Outlet& out) {
  return std::make_unique<Watched>(watched->open(flow, out));
}

class Play {
 public:
  explicit Play(const Room& room)
      : room_(room), asked_{room.name, nullptr, room.claims, open_watched} {
    watched = &room;
    for (const Side side : {Side::client, Side::server}) conversation_.starts(side);
    flow_.number = 1;
    flow_.party(Side::client) = {{}, 40000, "10.77.0.50", ""};
    flow_.party(Side::server) = {{}, 80, "203.0.113.10", ""};
    flow_.ip_protocol = 6;
  }

  void piece(std::uint8_t what, ByteView bytes, std::uint16_t length) {
    const Side from = (what & from_server) != 0 ? Side::server : Side::client;
    span_.first_ns = span_.last_ns += 1'000'000;
    ++span_.first.frame;
    reads = 0;
    span_.last = span_.first;
    if ((what & datagram) != 0)
      give_datagram(what, from, bytes);
    else if ((what & gap) != 0)
      conversation_.gap(from, std::uint64_t{length} + 1);
    else {
      choose_port(what);
      if (!bytes.empty()) conversation_.bytes(from, bytes, span_);
    }
  }

  /// How many messages came of it all.
  std::uint64_t end() {
    for (const Side side : {Side::client, Side::server})
      conversation_.end(side, "the capture ends");
    conversation_.close();
    if (session_ != nullptr) session_->end("the capture ends");
    return messages_;
  }

 private:
  void give_datagram(std::uint8_t what, Side from, ByteView bytes) {
    if (room_.datagram == nullptr) return;
    // What rooms ask for beside the bytes: a port of UDP, or what stands below IP in UDP's place.
    // The gap's bit has no meaning of its own in a datagram and makes room for the second half.
    struct Carrier {
      std::uint8_t ip_protocol;
      std::uint16_t port = 0;
    };
    static constexpr Carrier carriers[16] = {{17, 53},    {17, 123},  {1},        {58},
                                             {2},         {0},        {17, 5683}, {17, 9999},
                                             {17, 547},   {17, 6666}, {17, 443},  {17, 3478},
                                             {17, 51820}, {17, 4500}, {17, 5353}, {50}};
    const Carrier& carrier = carriers[what >> 5 | ((what & gap) != 0 ? 8 : 0)];
    Datagram unit;
    unit.bytes = bytes;
    unit.wire_length = bytes.size() + ((what & cut) != 0 ? 100 : 0);
    unit.from = from;
    unit.ip_protocol = carrier.ip_protocol;
    unit.ethertype = unit.ip_protocol == 0 ? 0x0806 : 0x0800;
    if (unit.udp()) {
      const std::uint16_t service = carrier.port;
      const std::uint16_t client = service == 547 ? 546 : 40000;
      unit.source_port = from == Side::client ? client : service;
      unit.destination_port = from == Side::client ? service : client;
    }
    unit.to_group = (what & to_group) != 0;
    unit.span = span_;
    unit.session = &session_;
    flow_.ip_protocol = unit.ip_protocol;
    (void)room_.datagram(unit, flow_, out_);
  }

  void choose_port(std::uint8_t what) {
    static constexpr std::uint16_t ports[8] = {80, 443, 2081, 1883, 5683, 53, 9999, 6668};
    flow_.party(Side::server).port = ports[what >> 5];
  }

  static DecodeOptions small() {
    DecodeOptions options;
    options.max_buffer = max_buffer;
    return options;
  }
  void look_at(const Message& message) {
    if (message.protocol != "tcp") ++messages_;  // its bytes that it left alone
    if (message.time_ns > message.last_time_ns) wrong("a message ends before it begins");
    if (message.fields.size() > max_fields) wrong("a message has more fields than it may");
  }

  const Room& room_;
  const DecodeOptions options_ = small();
  DecodeTotals totals_;
  std::uint64_t messages_ = 0;
  Outlet out_{options_, totals_, [this](Message&& message) { look_at(message); }};
  Flow flow_;
  Span span_;
  std::unique_ptr<Session> session_;
  const Room asked_;
  const std::array<const Room*, 1> rooms_{&asked_};
  Conversation conversation_{flow_, out_, rooms_};
};

}  // namespace

std::vector<std::string> room_names() {
  std::vector<std::string> names;
  for (const Room* room : rooms()) names.emplace_back(room->name);
  return names;
}

std::uint64_t room(const std::string& name, ByteView bytes) {
  const auto chosen =
      std::ranges::find_if(rooms(), [&](const Room* room) { return room->name == name; });
  if (chosen == rooms().end()) wrong("there is no such room");
  Play play(**chosen);
  ByteReader input(bytes);
  while (input.remaining() >= 3) {
    const std::uint8_t what = input.u8();
    const std::uint16_t length = input.be16();
    const bool hole = (what & (gap | datagram)) == gap;  // has a length and no bytes
    const Bytes piece =
        hole ? Bytes{} : exact(input.take(std::min<std::size_t>(length, input.remaining())));
    play.piece(what, piece, length);
  }
  return play.end();
}

}  // namespace brewproof::fuzz
