// What came and what went between two looks at the station.
#pragma once

#include <vector>

#include "rig/command/station/boards.h"

namespace brewproof {

struct BoardNews {
  bool arrived = false;  // false: it left, and `board` is as it was
  Board board;
};

/// Those that left first. A board that was pulled out and plugged in again in between has left and
/// arrived: its node is another one.
[[nodiscard]] std::vector<BoardNews> news_between(const std::vector<Board>& before,
                                                  const std::vector<Board>& now);

}  // namespace brewproof
