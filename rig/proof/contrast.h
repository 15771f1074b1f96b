// Does what follows one event follow another one as well? A card that is refused goes through the
// same slot as one that pays: what comes after payments only is about the payment, not the card.
//
// Within a block every order of the arms was equally likely (arms.h), so under "both events do the
// same to it" the slots of two events that show a message are theirs by lot: the exact stratified
// law (stratified.h), one-sided, over the blocks that hold both.
#pragma once

#include <vector>

#include "rig/model/finding.h"
#include "rig/proof/workings.h"

namespace brewproof {

/// Of each claim against every other event of its blocks, in order of event name; p_adjusted: Holm
/// over all of them. Claims of messages with every k-th act have none.
[[nodiscard]] std::vector<std::vector<Contrast>> contrasts_of(const std::vector<Claim>& claims,
                                                              const ProofInput& input,
                                                              const Workings& workings);

}  // namespace brewproof
