// The windows that are tried: those that were declared, and what declared ones make together where
// each begins as another ends. A delay that is longer than one of them wide lies in several, and in
// none of them often enough.
#pragma once

#include <vector>

#include "rig/model/plan.h"

namespace brewproof {

/// The declared windows first, as they were declared; then those joined from two or more, by begin
/// and end, none twice.
[[nodiscard]] std::vector<Window> with_joined(const std::vector<Window>& declared);

}  // namespace brewproof
