// Slots by their blocks, in order.
#pragma once

#include <vector>

#include "rig/model/plan.h"

namespace brewproof {

using Block = std::vector<const Slot*>;

/// Points into `slots`, which outlives it.
[[nodiscard]] inline std::vector<Block> blocks_of(const std::vector<Slot>& slots) {
  std::vector<Block> blocks;
  for (const Slot& slot : slots) {
    if (blocks.empty() || blocks.back().front()->block != slot.block) blocks.emplace_back();
    blocks.back().push_back(&slot);
  }
  return blocks;
}

}  // namespace brewproof
