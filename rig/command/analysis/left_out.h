// What is left out before anything is looked for: messages that belong to no trial, and trials that
// cannot be counted.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "rig/model/finding.h"
#include "rig/model/kept_message.h"
#include "rig/model/trial.h"

namespace brewproof {

/// The machine's messages in stops for service belong to no trial and are no background: they are
/// counted there and taken out. Returns their bytes.
std::uint64_t set_aside(std::vector<KeptMessage>& messages, std::vector<Stop>& stops);

/// In a block whose TLS was let be the same message is another signature: it cannot be counted.
void leave_out_untouched(std::vector<Trial>& trials, const std::set<int>& passive_blocks);

}  // namespace brewproof
