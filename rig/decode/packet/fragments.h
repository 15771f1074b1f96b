// Puts fragmented IP packets together again. Bounded: at most 256 packets in pieces, 64 KiB each;
// the oldest is given up beyond that. The first copy of a byte wins.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "rig/decode/packet/frame.h"
#include "rig/decode/packet/span.h"
#include "rig/decode/uplink.h"

namespace brewproof::decode {

class Fragments {
 public:
  struct Whole {
    Bytes payload;
    FrameBytes frames;  // that carried it
    Span span;
  };
  struct Piece {
    std::uint32_t begin;  // in the packet's payload
    Bytes bytes;
  };
  /// A packet of which pieces never came.
  struct Lost {
    Address source, destination, source_mac, destination_mac;
    std::uint8_t protocol = 0;
    std::vector<Piece> pieces;  // that did come, in order
    FrameBytes frames;
    Span span;
  };
  struct Result {
    std::optional<Whole> whole;   // this fragment completed its packet
    const char* fault = nullptr;  // this fragment cannot be part of any packet
    std::optional<Lost> lost;     // a packet that never became whole had to make room
  };
  /// `frame.fragment` must hold.
  [[nodiscard]] Result add(const Frame& frame, const FrameBytes& bytes, const Span& span);

  /// Takes the oldest packet that still lacks pieces.
  [[nodiscard]] std::optional<Lost> take_unfinished();

 private:
  struct Pending {
    Address source, destination, source_mac, destination_mac;
    std::uint32_t id;
    std::uint8_t protocol;
    std::vector<Piece> pieces;  // sorted by begin, never overlapping
    std::optional<std::uint32_t> total;
    FrameBytes frames;
    Span span;
  };
  static void insert(Pending& pending, std::uint32_t begin, ByteView bytes);
  static std::size_t held(const Pending& pending);
  static bool complete(const Pending& pending);

  std::deque<Pending> pending_;  // oldest first
};

}  // namespace brewproof::decode
