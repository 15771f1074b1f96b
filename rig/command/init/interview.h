// The questions of `init`, in order, with what discovery found as the answers to choose from.
#pragma once

#include <vector>

#include "rig/command/init/bench_draft.h"
#include "rig/command/init/questions.h"
#include "rig/command/station/boards.h"

namespace brewproof {

struct Found {
  std::vector<Board> boards;
  std::vector<FoundInterface> interfaces;
  DriverTable drivers;
};

/// Error `usage`: the answers ended.
[[nodiscard]] Result<BenchDraft> interview(const Found& found, Questions& questions);

}  // namespace brewproof
