// One room by itself: pieces of both directions of a stream, holes in it, datagrams, under the
// rules that Conversation and Decoder keep: a reader is opened where the room claims the bytes, and
// dropped where it says that it lost them.
//
// Each piece of an input: what it is (8 bits), its length (16 bits), its bytes.
#include <algorithm>

#include "rig/decode/room.h"
#include "tests/fuzz/target.h"

namespace brewproof::fuzz {
namespace {

using namespace brewproof::decode;

constexpr std::size_t max_buffer = 64 << 10, max_undecided = 16384;

enum What : std::uint8_t { from_server = 1, gap = 2, datagram = 4, cut = 8, to_group = 16 };

class Play {
 public:
  explicit Play(const Room& room) : room_(room), halves_{Half(out_.budget), Half(out_.budget)} {
    flow_.number = 1;
    flow_.party(Side::client) = {{}, 40000, "10.77.0.50", ""};
    flow_.party(Side::server) = {{}, 80, "203.0.113.10", ""};
    flow_.ip_protocol = 6;
  }

  void piece(std::uint8_t what, ByteView bytes, std::uint16_t length) {
    const Side from = (what & from_server) != 0 ? Side::server : Side::client;
    span_.first_ns = span_.last_ns += 1'000'000;
    ++span_.first.frame;
    span_.last = span_.first;
    if ((what & datagram) != 0)
      give_datagram(what, from, bytes);
    else if ((what & gap) != 0)
      lose(from, std::uint64_t{length} + 1);
    else {
      choose_port(what);
      give(from, bytes);
    }
  }

  /// How many messages came of it all.
  std::uint64_t end() {
    for (const Side side : {Side::client, Side::server})
      if (reader_ != nullptr) reader_->end(side, "the capture ends");
    if (session_ != nullptr) session_->end("the capture ends");
    return messages_;
  }

 private:
  struct Half {
    explicit Half(Budget& budget) : unread(budget) {}
    StreamBuffer unread;
    bool touched = false;
  };
  Half& half(Side side) { return halves_[index(side)]; }

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

  void lose(Side from, std::uint64_t count) {
    half(from).touched = true;
    if (reader_ != nullptr && !reader_->gap(from, count)) drop();
    if (reader_ == nullptr) forget(from);
  }

  void give(Side from, ByteView bytes) {
    if (room_.claims == nullptr || bytes.empty()) return;
    half(from).unread.feed(bytes, span_);
    read(from);
    half(from).unread.keep();
    half(from).touched = true;
  }

  void read(Side from) {
    StreamBuffer& unread = half(from).unread;
    for (int turns = 0; !unread.empty(); ++turns) {
      if (turns > 1000'000) wrong("a room goes on without reading");
      if (reader_ == nullptr && !claim(from)) return;
      const std::size_t before = unread.bytes().size();
      const bool stays = reader_->read(from, unread);
      if (unread.bytes().size() > before) wrong("a room gave bytes back");
      if (stays && unread.bytes().size() <= max_buffer) return;
      drop();
      forget(other(from));
      if (unread.bytes().size() == before) forget(from);
    }
  }

  bool claim(Side from) {
    StreamBuffer& unread = half(from).unread;
    const Claim claimed = room_.claims(
        unread.bytes(), {from, !half(from).touched, flow_.party(Side::server).port, 40000});
    if (claimed == Claim::yes) {
      reader_ = room_.open(flow_, out_);
      if (StreamBuffer& peer = half(other(from)).unread; !peer.empty())
        if (!reader_->read(other(from), peer)) {
          drop();
          forget(other(from));
          return false;
        }
      return true;
    }
    if (claimed == Claim::no || unread.bytes().size() > max_undecided) forget(from);
    return false;
  }

  void drop() {
    for (const Side side : {Side::client, Side::server}) reader_->end(side, "it lost the stream");
    reader_.reset();
  }

  void forget(Side side) {
    StreamBuffer& unread = half(side).unread;
    unread.consume(unread.bytes().size());
  }

  static DecodeOptions small() {
    DecodeOptions options;
    options.max_buffer = max_buffer;
    return options;
  }
  void look_at(const Message& message) {
    ++messages_;
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
  std::array<Half, 2> halves_;
  std::unique_ptr<Session> session_;
  std::unique_ptr<StreamReader> reader_;
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
