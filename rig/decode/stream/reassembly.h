// One direction of a TCP connection put in order: retransmissions and overlaps are cut away (the
// first copy of a byte wins), early segments wait, and holes that were never captured become gaps.
//
// A hole is a gap when the receiver acknowledged it (so the capture lost it, not the network) and
// it did not turn up in the next 8 segments or 50 ms of the flow; or after 5 s; or when the
// waiting bytes exceed their bound; or at the end of the flow.
#pragma once

#include <cstdint>
#include <vector>

#include "rig/decode/packet/span.h"
#include "rig/decode/stream/held_bytes.h"

namespace brewproof::decode {

/// Receives the stream's bytes in order.
class InOrder {
 public:
  virtual ~InOrder() = default;
  virtual void bytes(ByteView bytes, const Span& span) = 0;
  virtual void gap(std::uint64_t count) = 0;
};

class Reassembly {
 public:
  Reassembly(Budget& budget, std::size_t max_waiting)
      : budget_(&budget), max_waiting_(max_waiting) {}

  [[nodiscard]] bool synchronized() const { return synchronized_; }
  /// Bytes begin at this sequence number (that of a SYN plus one).
  void synchronize(std::uint32_t first_sequence);
  [[nodiscard]] std::uint32_t first_sequence() const { return first_sequence_; }

  /// `wire_length` may exceed the bytes where a snap length cut the packet.
  void add(std::uint32_t sequence, ByteView bytes, std::size_t wire_length, const Span& span,
           InOrder& out);
  /// The other side has received everything before `sequence`.
  void acknowledged(std::uint32_t sequence, std::int64_t now_ns);
  /// Gives up holes that will not be filled. Call for every segment of the flow.
  void review(std::int64_t now_ns, InOrder& out);
  /// Gives up all holes.
  void flush(InOrder& out);

  /// How far `sequence` lies ahead of the next expected byte (negative: before it).
  [[nodiscard]] std::int64_t ahead(std::uint32_t sequence) const {
    return static_cast<std::int32_t>(sequence - static_cast<std::uint32_t>(next_));
  }
  [[nodiscard]] bool waiting() const { return !waiting_.empty(); }

 private:
  struct Segment {
    std::uint64_t begin, end;  // stream positions; `bytes` may be shorter (snap length)
    HeldBytes bytes;
    Span span;
  };
  void deliver(std::uint64_t begin, std::uint64_t end, ByteView bytes, const Span& span,
               InOrder& out);
  void wait(std::uint64_t begin, std::uint64_t end, ByteView bytes, const Span& span);
  void drain(InOrder& out);
  void skip_hole(InOrder& out);

  Budget* budget_;
  std::size_t max_waiting_;
  bool synchronized_ = false;
  std::uint32_t first_sequence_ = 0;
  std::uint64_t next_ = 0;  // low 32 bits are the next expected sequence number
  std::uint64_t acknowledged_ = 0;
  std::vector<Segment> waiting_;  // sorted by begin
  std::size_t waiting_bytes_ = 0;
  std::int64_t waiting_since_ns_ = 0;
  std::int64_t stalled_since_ns_ = 0;
  int stalled_segments_ = 0;
};

}  // namespace brewproof::decode
