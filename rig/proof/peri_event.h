// The peri-event histogram of a claim: the lags at which its messages come around the acts and
// around the shams. It shows what the test only counts: that they come at once, late, or before the
// contact just as often. No claim hangs on it.
#pragma once

#include "rig/proof/workings.h"

namespace brewproof {

/// 20 bins from the last contact on, as far as twice the end of the claimed window, but no further
/// than the widest window ends; and 5 before it. Around each trial that counts all messages of the
/// claim's node lie, so one may be counted around several trials.
[[nodiscard]] PeriEvent peri_event_of(const Claim& claim, const ProofInput& input,
                                      const Workings& workings);

}  // namespace brewproof
