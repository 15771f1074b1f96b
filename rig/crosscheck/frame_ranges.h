// Frames as a display filter of bounded length: tshark looks through all of it for each packet.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace brewproof {

struct FrameRange {
  std::uint64_t first = 0, last = 0;
};

/// "frame.number in {1..3,7..7}". Ranges in the order of their first frames; where there are too
/// many, the narrowest gaps between them are closed, so a filter may let more through.
[[nodiscard]] std::string frame_filter(const std::vector<FrameRange>& ranges);

}  // namespace brewproof
