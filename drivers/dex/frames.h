// The data link of DEX/UCS, by which a vending machine tells its books: control characters, frames
// and their check (EVA-DTS 6.1.1, chapter 2). Pure.
//
//   05 ENQ | 04 EOT | 15 NAK | 10 30 ACK0 | 10 31 ACK1 | 10 3B WACK | 10 16 DLE SYN, which fills
//   time 10 01 ... 10 03 check      a handshake 10 02 ... 10 17 check      a block of data, more to
//   come; of the last one 10 03
//
// The check is CRC-16/ARC over what stands between, and the ETX (03) or ETB (17); low byte first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "rig/model/bytes.h"

namespace brewproof::dex {

struct Frame {
  /// `damaged`: a frame whose check is wrong, that is too long or was broken off.
  enum class Kind : std::uint8_t {
    enquiry,
    end,
    refusal,
    acknowledge,
    wait,
    handshake,
    block,
    damaged
  };
  Kind kind{};
  int number = 0;       // of an acknowledgement: 0 or 1
  bool last = false;    // of a block
  std::string content;  // of a handshake or a block
  friend bool operator==(const Frame&, const Frame&) = default;
};

inline constexpr std::size_t longest_content = 245;

[[nodiscard]] Bytes enquiry();
[[nodiscard]] Bytes end();
[[nodiscard]] Bytes refusal();
/// `number`: 0 or 1, in turn.
[[nodiscard]] Bytes acknowledge(int number);
[[nodiscard]] Bytes handshake(std::string_view content);

/// Frames out of bytes that come in pieces. What belongs to none is passed over.
class FrameReader {
 public:
  void feed(ByteView bytes);
  [[nodiscard]] std::optional<Frame> next();
  /// Bytes of a frame that has not ended yet are here.
  [[nodiscard]] bool within_frame() const { return place_ != Place::outside; }
  /// The frame that has begun will not end any more: it is damaged.
  void break_off();

 private:
  enum class Place : std::uint8_t {
    outside,
    escape,
    content,
    content_escape,
    check_low,
    check_high
  };
  void take(std::uint8_t byte);
  void begin(Frame::Kind kind);
  void give(Frame frame);

  Place place_ = Place::outside;
  Frame frame_;
  Bytes covered_;  // by the check
  std::uint8_t check_low_ = 0;
  std::deque<Frame> whole_;
};

}  // namespace brewproof::dex
