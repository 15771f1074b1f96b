// A payment terminal that is part of the DUT is decoded for itself, as another device on the same
// cable. Its conversations are numbered from here on, those of the machine from 1.
#pragma once

#include <cstdint>

#include "rig/model/kept_message.h"

namespace brewproof {

inline constexpr std::uint64_t first_terminal_flow = std::uint64_t{1} << 48;

/// The DUT's side of it is its payment terminal.
[[nodiscard]] inline bool of_terminal(const KeptMessage& message) {
  return message.flow >= first_terminal_flow;
}

}  // namespace brewproof
