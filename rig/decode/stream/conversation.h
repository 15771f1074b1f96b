// What two parties say to each other over one stream, in order: handed to the room that claims it;
// unclaimed bytes go out as opaque turns. The stream is a TCP connection, or what a sealed one
// holds once it is opened. Rooms are asked again at every piece of an unclaimed stream, so one
// captured from its middle, resumed after a gap or switched to another protocol (STARTTLS, CONNECT,
// Upgrade) is recognised too.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "rig/decode/room.h"
#include "rig/decode/stream/opaque.h"
#include "rig/decode/stream/stream_buffer.h"

namespace brewproof::decode {

class Conversation {
 public:
  /// `asked`: the rooms that may claim it, which outlive it.
  Conversation(Flow& flow, Outlet& out, std::span<const Room* const> asked = rooms());

  /// The stream's own first bytes of this side will come, not those of its middle.
  void starts(Side from) { half(from).from_start = true; }
  [[nodiscard]] bool started(Side from) const { return halves_[index(from)].from_start; }
  /// The next bytes of one side, in order; they are read or copied before this returns.
  void bytes(Side from, ByteView bytes, const Span& span);
  /// `count` bytes of one side were never captured.
  void gap(Side from, std::uint64_t count);
  /// Nothing more comes from this side.
  void end(Side from, std::string_view why);
  /// Nothing more comes at all: what is under construction goes out.
  void close();

 private:
  struct Half {
    explicit Half(Budget& budget) : unread(budget) {}
    StreamBuffer unread;
    bool from_start = false;
    bool touched = false;  // bytes have come
    // How many of the unread bytes stood there whenever the other side spoke.
    std::vector<std::size_t> answered;
  };
  Half& half(Side side) { return halves_[index(side)]; }
  void pump(Side from);
  bool claim(Side from);
  bool take(Side from);
  void leave_opaque(Side from);
  void drop_reader(std::string_view why);

  Flow& flow_;
  Outlet& out_;
  std::span<const Room* const> asked_;
  std::unique_ptr<StreamReader> reader_;
  OpaqueTurns opaque_;
  std::array<Half, 2> halves_;
};

}  // namespace brewproof::decode
