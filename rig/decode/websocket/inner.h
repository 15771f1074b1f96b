// A stream that the messages of another one carry: read as a conversation of its own, whose
// messages count the bytes of the frames around them.
#pragma once

#include <array>

#include "rig/decode/stream/conversation.h"

namespace brewproof::decode {

class InnerStream {
 public:
  InnerStream(const Flow& outer, Outlet& out);

  /// Streams inside streams are read to a bound.
  [[nodiscard]] static bool allowed(const Flow& outer) { return outer.depth < max_depth; }

  /// `bytes` of this side's frames, which carry no content, belong to its next message.
  void owes(Side from, std::int64_t bytes, const Span& span);
  void bytes(Side from, ByteView bytes, const Span& span) {
    conversation_.bytes(from, bytes, span);
  }
  void gap(Side from, std::uint64_t count) { conversation_.gap(from, count); }
  void end(Side from, std::string_view why);
  [[nodiscard]] bool closed() const { return ended_[0] && ended_[1]; }

  /// What no message counted, and the packets that carried the last of it.
  [[nodiscard]] std::uint64_t take_owed(Side from);
  [[nodiscard]] const Span& last_span() const { return last_; }

 private:
  static constexpr std::uint8_t max_depth = 4;
  Flow flow_;
  Carrier carrier_;
  Conversation conversation_;
  std::array<bool, 2> ended_{};
  Span last_;
};

}  // namespace brewproof::decode
