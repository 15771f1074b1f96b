// Whether the machine is one and the same all along: versions that it names of itself, in user
// agents and in fields that are called so, the form of its hellos of TLS, and the moment from which
// on they are others. Not its payment terminal's. Pure.
#pragma once

#include <span>
#include <vector>

#include "rig/model/kept_message.h"
#include "rig/model/machine_change.h"

namespace brewproof {

/// So many ways are told at most.
inline constexpr std::size_t most_identity_probes = 32;

struct MachineWords {
  /// In order of time. A change is told where every value of a path to one peer was one version up
  /// to a message and another from it on: what goes back and forth is no firmware.
  std::vector<MachineChange> changes;
  /// What it said first in each of these ways, and how often, by way and peer: "user agent", "TLS
  /// fingerprint" (JA4), or the field's path.
  std::vector<IdentityProbe> probes;
};

/// Label-blind.
[[nodiscard]] MachineWords machine_words(std::span<const KeptMessage> messages);

}  // namespace brewproof
