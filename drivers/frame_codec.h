// The bytes of a frame out of its pattern, and the states in a reply that fits one. Pure.
#pragma once

#include <map>
#include <optional>

#include "rig/bench/frame_table.h"

namespace brewproof {

/// What a frame is about.
struct FrameSubject {
  int channel = 0;
  std::uint8_t mask = 0;  // of the channels that are on
  int ticks = 0;
  int channels = 0;  // of the board
};

[[nodiscard]] Bytes encode_frame(const FramePattern& pattern, const FrameSubject& subject);

using ChannelStates = std::map<int, bool>;
/// The states that a reply reports (none for a mere acknowledgement). nullopt: `heard` is not this
/// reply, whole and with nothing before or after it.
[[nodiscard]] std::optional<ChannelStates> decode_reply(const FramePattern& pattern,
                                                        const FrameSubject& subject,
                                                        ByteView heard);

/// Nothing can follow a whole reply of this kind, and nothing before it can be taken for a part of
/// it: its length is given by what it holds, it begins with bytes that are known beforehand, and
/// ends with such or with a checksum.
[[nodiscard]] bool shows_its_borders(const FramePattern& reply);

}  // namespace brewproof
