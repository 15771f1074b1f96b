// A real card is shown to a real terminal, by an output that moves it or connects its antenna. What
// comes of it is heard on the payment bus: the rig says nothing there.
#pragma once

#include "rig/procedure/act.h"

namespace brewproof {

/// Moves the presenter of the step, whose closing is the contact; Act::follow then hears the
/// payment until the machine reports a result, the terminal refuses, or the step's time is over.
/// `step` and `setting` outlive the act. Errors are the rig's; error `usage`: nobody hears the bus.
[[nodiscard]] Result<void> present(const Step& step, const Parameters& parameters,
                                   const ActSetting& setting, Act& act);

}  // namespace brewproof
