// All channels off for boards that have no command for it: one by one, the last also when an
// earlier one failed.
#pragma once

#include "rig/bench/capability.h"

namespace brewproof {

/// From the first command's start to the last one's end; the first error where there was one.
[[nodiscard]] inline Result<Sent> each_off(Switch& board, int channels) {
  Result<Sent> all = board.set(1, false);
  for (int channel = 2; channel <= channels; ++channel) {
    auto one = board.set(channel, false);
    if (!all) continue;  // the first cause is the one to tell
    if (!one)
      all = std::move(one);
    else
      all->after_drain = one->after_drain;
  }
  return all;
}

}  // namespace brewproof
