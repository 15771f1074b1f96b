// Events of which the trials that are left can prove nothing, and how many it would take.
#pragma once

#include <vector>

#include "rig/model/finding.h"
#include "rig/proof/arms.h"

namespace brewproof {

/// Those without a sham, and those whose perfect separation has a greater p than `level`, timing's
/// level. In order of event.
[[nodiscard]] std::vector<Unprovable> unprovable(const std::vector<Arms>& arms, double level);

}  // namespace brewproof
