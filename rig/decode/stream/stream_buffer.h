// The unread in-order bytes of one direction of a stream, and which packets carried them. A
// packet's bytes are lent: they are copied only when some are left unread after it.
#pragma once

#include <cstddef>
#include <vector>

#include "rig/decode/packet/span.h"
#include "rig/decode/stream/held_bytes.h"

namespace brewproof::decode {

class StreamBuffer {
 public:
  explicit StreamBuffer(Budget& budget) : held_(budget) {}

  [[nodiscard]] ByteView bytes() const { return unread_; }
  [[nodiscard]] bool empty() const { return unread_.empty(); }

  /// The packets that carried `count` unread bytes from `offset` on. Precondition: there are any.
  [[nodiscard]] Span span(std::size_t offset, std::size_t count) const;

  void consume(std::size_t count);
  /// The unread bytes packet by packet. Precondition: there are any.
  template <class Use>
  void each_packet(Use use) const {
    if (lent_) return use(unread_, lent_mark_.span);
    std::uint64_t begin = position_;
    for (const Mark& mark : marks_) {
      use(unread_.subspan(begin - position_, mark.end - begin), mark.span);
      begin = mark.end;
    }
  }

  /// Adds bytes; the caller keeps them alive until keep().
  void feed(ByteView bytes, const Span& span);
  /// Copies what is still lent.
  void keep();

 private:
  struct Mark {
    std::uint64_t end;  // stream position after the bytes that `span` carried
    Span span;
  };
  ByteView unread_;
  HeldBytes held_;
  bool lent_ = false;
  std::uint64_t position_ = 0;  // of the first unread byte
  Mark lent_mark_{};            // of lent bytes
  std::vector<Mark> marks_;     // of held bytes, in order
};

}  // namespace brewproof::decode
