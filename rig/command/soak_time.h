// How long `run --soak` listens.
#pragma once

#include <cstdint>
#include <string>

#include "rig/model/result.h"

namespace brewproof {

inline constexpr const char* usual_soak = "30 min";

/// "30 min", "90s", "2h"; `m` is short for `min`. Nanoseconds, from 1 s to a week. Error `usage`.
[[nodiscard]] Result<std::int64_t> soak_ns(const std::string& text);

}  // namespace brewproof
