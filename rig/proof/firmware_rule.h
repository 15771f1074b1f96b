// When a difference may be called the firmware's. Two runs: only where the firmware differs and
// nothing else does, not even the day. Three (old, new, old again): where the firmware is the same
// in both old ones, which agree in what they emit, the new one stands between them in time, and
// nothing else sets the new one apart from both.
#pragma once

#include "rig/model/comparison.h"

namespace brewproof {

/// What each difference around the machine means, from its values by run; sets `weight` of those
/// that are not `firmware` or `told` beforehand. `in_order`: the new run began after the first and,
/// of three, before the last.
void weigh(std::vector<ContextDifference>& context, bool in_order);

/// Fills `outcome`, `firmware` and `why` from the rest.
void conclude(RunComparison& comparison);

/// Anything that differs, is unsteady, is doubtful?
[[nodiscard]] bool any(const EmissionsCompared& compared, Standing standing);

}  // namespace brewproof
