// A confirmation run: claims of an earlier run are asked again, each in its own window, in trials
// that had no part in finding them. Nothing is chosen here, so only the claims themselves are paid
// for: the exact stratified p of each, adjusted by Holm's rule.
#pragma once

#include <string_view>
#include <vector>

#include "rig/proof/workings.h"

namespace brewproof {

inline constexpr double confirm_alpha = 0.01;

/// In the order of `claims`. A claim's message covers those whose template differs only where one
/// of the two has `{}`: what became of a segment depends on how many values were met.
[[nodiscard]] std::vector<Confirmation> confirm(const std::vector<ClaimToConfirm>& claims,
                                                const ProofInput& input, const Workings& workings);

/// Do two templates mean the same kind, as far as they tell?
[[nodiscard]] bool same_template(std::string_view a, std::string_view b);

/// The same server, by its name where both are known, else by its address.
[[nodiscard]] bool same_destination(const Destination& a, const Destination& b);

}  // namespace brewproof
