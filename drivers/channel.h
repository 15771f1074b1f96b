// The channel numbers of a board, which firmwares do not check: some take 0 for all relays, or
// reach other memory with a number that they lack.
#pragma once

#include <string>

#include "rig/model/result.h"

namespace brewproof {

/// Error `usage`: the board has no such channel; nothing may be sent.
[[nodiscard]] inline Result<void> check_channel(const std::string& resource, int channel,
                                                int channels) {
  if (channel >= 1 && channel <= channels) return {};
  return fail(ErrorCode::usage, "{} has no channel {}: its board has {}", resource, channel,
              channels);
}

}  // namespace brewproof
