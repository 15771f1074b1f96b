// Messages of the Smarter Coffee machine and the iKettle 2.0: an id, arguments, 0x7e. The maker has
// published nothing; the facts are those of people who looked at the wire:
// github.com/Tristan79/iBrew (smarter/SmarterProtocol.py, smarter/SmarterHelp.py),
// github.com/ian-kent/ikettle2 (protocol/README.md). What they could not tell is kept as a number,
// or counted as unexplained.
#pragma once

#include <cstdint>
#include <string_view>

#include "rig/decode/outlet.h"

namespace brewproof::decode::smarter {

/// Bytes that one message may have: a list of networks or eight records of history have fewer.
inline constexpr std::size_t max_message = 4096;

struct MessageKind;

/// One message at the beginning of a stream's unread bytes.
struct Frame {
  enum class State : std::uint8_t { whole, cut, bad };  // bad: no end within max_message
  State state = State::bad;
  const MessageKind* kind = nullptr;  // nullptr: an id that nobody knows
  std::size_t size = 0;               // with its id and its end
  bool fits = false;                  // its arguments are as many as its kind has
};
/// Precondition: there is a byte.
[[nodiscard]] Frame read_frame(ByteView bytes);

/// A status or an introduction whose arguments all have values that exist, as far as `bytes` go:
/// told without the port.
[[nodiscard]] bool speaks_for_itself(ByteView bytes);

/// Label and fields of one whole message.
void add_message(Message& message, Outlet& out, const Frame& frame, ByteView bytes);

}  // namespace brewproof::decode::smarter
