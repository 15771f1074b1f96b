// A serial relay board as a table: what is written to it and what it answers. The value behind the
// key `table` of driver `frames` and behind drivers/tables/*.yaml; procedures/README.md has the
// grammar, drivers/frames.cpp plays it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "rig/bench/capability.h"
#include "rig/model/bytes.h"
#include "rig/model/result.h"

namespace brewproof {

/// A piece of a frame.
struct FrameItem {
  enum class Kind {
    bytes,     // these
    channel,   // a byte: the channel's number plus `offset`
    digit,     // the same as one character of 0-9A-V
    bit,       // a byte: 1 for channel 1, 2 for channel 2, 4 ...
    mask,      // a byte: the bits of all channels that are on
    off_mask,  // a byte: the bits of all channels that are off, those of no channel too
    ticks,     // two bytes, high first: a pulse's length in steps
    sum8,      // checksums of all bytes before them; crc16 is that of Modbus, low byte first
    xor8,
    crc16,
    any,     // in a reply: any byte
    rest,    // at the beginning of a reply: any bytes
    state,   // in a reply: the channel that was asked, as the word for off or on
    states,  // in a reply: all channels in order
  };
  Kind kind = Kind::bytes;
  Bytes bytes;     // kind bytes: they; state, states: the word for off
  Bytes on_bytes;  // state, states: the word for on
  int offset = 0;
};
using FramePattern = std::vector<FrameItem>;

struct FrameExchange {
  FramePattern send;
  FramePattern reply;  // empty: none comes
};

struct FrameTable {
  std::string summary, source;
  int baud = 9600;
  int channels = 0;  // at most
  ReadBack read_back = ReadBack::none;
  std::chrono::milliseconds pace{10};     // least from one frame to the next
  std::chrono::milliseconds within{200};  // for a reply
  std::optional<FrameExchange> init, switch_on, switch_off, set_all, all_off, query, pulse;
  PulseSwitch::Range pulses;
};

/// A file of drivers/tables, `brewproof: frames/1`. Error `bad_file` with all faults as
/// file:line:col.
[[nodiscard]] Result<FrameTable> parse_frame_table(std::string text, const std::string& path);

}  // namespace brewproof
