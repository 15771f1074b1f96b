// Whether the machine is one and the same all along: versions that it names of itself, in user
// agents and in fields that are called so, and the moment from which on they are others. Pure.
#pragma once

#include <span>
#include <vector>

#include "rig/model/kept_message.h"
#include "rig/model/machine_change.h"

namespace brewproof {

/// In order of time. A change is told where every value of a path to one peer was one version up to
/// a message and another from it on: what goes back and forth is no firmware. Label-blind.
[[nodiscard]] std::vector<MachineChange> machine_changes(std::span<const KeptMessage> messages);

}  // namespace brewproof
