// Where every uplink byte went: claimed by an event, background, or overhead of the lower layers.
#pragma once

#include "rig/model/finding.h"
#include "rig/proof/workings.h"

namespace brewproof {

/// A message is the event's that claims its signature, if it falls into the claimed window of one
/// of its acts (of several claims the first); a batch is the event's whose record it brings; a DNS
/// look-up goes with the message it served. "overhead" is what the frames hold beyond application
/// bytes. What is background is explained kind by kind. Adds up to `up_total` always: where
/// messages hold more than the frames (or nothing may be claimed), all of it is "unexplained".
[[nodiscard]] ByteLedger account(const ProofInput& input, const Workings& workings);

}  // namespace brewproof
