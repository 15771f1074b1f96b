// The data link of DDCMP, by which a vending machine tells its books: control frames, messages and
// their checks (EVA-DTS 6.1.1, chapter 3; bytes as in Zzzzipper/firmware-usbhost,
// common/ddcmp/test/DdcmpTest.cpp). Pure.
//
//   05 06 40 00 mbd 01 check        START: we offer speed mbd (0: the one that is)
//   05 07 40 sbd mbd 01 check       STACK: the machine's speed sbd
//   05 01 40 rr 00 01 check         ACK: all messages up to rr are here
//   05 02 40|why rr 00 01 check     NACK: the next one was not understood
//   81 nn mm rr xx 01 check, then nn bytes, check
//                                   message xx; mm: bit 7 "the last", bits 0 to 5 above nn
//
// Both checks are CRC-16/ARC over what stands before them, low byte first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "rig/model/bytes.h"

namespace brewproof::ddcmp {

/// Why a message was not taken, as a NACK says it.
enum class Why : std::uint8_t { header_check = 1, content_check = 2, overrun = 9 };

struct Frame {
  /// `damaged`: a frame whose check is wrong, or that was broken off.
  enum class Kind : std::uint8_t { start, stack, acknowledge, refusal, message, damaged };
  Kind kind{};
  std::uint8_t number = 0;  // of a message: its own
  std::uint8_t heard = 0;   // of a message, an acknowledgement, a refusal: the last that is there
  std::uint8_t why = 0;     // of a refusal; of what is damaged, what to refuse it with
  std::uint8_t speed = 0;   // of a start: what is offered; of a stack: what is answered
  bool last = false;        // of a message
  Bytes content;            // of a message
  friend bool operator==(const Frame&, const Frame&) = default;
};

/// `speed`: a code (speed_code) or 0.
[[nodiscard]] Bytes start(std::uint8_t speed);
[[nodiscard]] Bytes acknowledge(std::uint8_t heard);
[[nodiscard]] Bytes refusal(Why why, std::uint8_t heard);
/// `content`: 1 to 16383 bytes.
[[nodiscard]] Bytes message(std::uint8_t number, std::uint8_t heard, ByteView content);

/// The code of a rate, 1 for 1200 up to 8 for 115200; 0: it has none.
[[nodiscard]] std::uint8_t speed_code(int baud);
/// The rate of a code; 0: there is none.
[[nodiscard]] int baud_of(std::uint8_t code);

/// Frames out of bytes that come in pieces. What belongs to none is passed over, and so is what
/// does not begin a frame with a right check.
class FrameReader {
 public:
  void feed(ByteView bytes);
  /// What comes next may be these bytes, which we said: they are passed over.
  void expect_echo(ByteView said);
  [[nodiscard]] std::optional<Frame> next();
  /// Bytes that are no whole frame yet, or were none, are here: silence decides.
  [[nodiscard]] bool within_frame() const { return !heard_.empty() || lost_; }
  /// Nothing follows what has begun.
  [[nodiscard]] Frame break_off();

 private:
  void pass_over_echo();
  [[nodiscard]] std::optional<Frame> take_control();
  /// A message of which all is there; nullopt: more has to come.
  [[nodiscard]] std::optional<Frame> take_message();
  void drop(std::size_t count);

  Bytes heard_, echo_;
  bool lost_ = false;  // something was passed over since the last whole frame
};

}  // namespace brewproof::ddcmp
