// Events of which the trials that are left can prove nothing, and how many it would take.
#pragma once

#include <vector>

#include "rig/model/finding.h"
#include "rig/proof/arms.h"

namespace brewproof {

/// p of perfect separation: every act shows the message, and no sham.
[[nodiscard]] double perfect_p(const Arms& arms);
/// Can this event be proved at all: does perfect separation reach the level?
[[nodiscard]] inline bool provable(const Arms& arms, double level) {
  return perfect_p(arms) <= level;
}

/// Those without a sham, and those whose perfect separation has a greater p than `level`, timing's
/// level. In order of event.
[[nodiscard]] std::vector<Unprovable> unprovable(const std::vector<Arms>& arms, double level);

}  // namespace brewproof
