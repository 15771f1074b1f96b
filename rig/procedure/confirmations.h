// Whether a run can still show anything: acts that were commanded and that the board reports as
// done, but that no sensor saw. Beyond what a run may have of them it is INCONCLUSIVE whatever
// follows, so it stops and says which of the three levels failed.
#pragma once

#include <vector>

#include "rig/model/plan.h"
#include "rig/model/result.h"
#include "rig/model/trial.h"

namespace brewproof {

/// Called after each trial. Error `unconfirmed`: more acts than the whole plan may have went
/// unconfirmed, of one event or of all.
[[nodiscard]] Result<void> still_confirmed(const Plan& plan, const std::vector<Trial>& trials);

}  // namespace brewproof
