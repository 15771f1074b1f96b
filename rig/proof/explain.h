// The arithmetic behind a finding, laid open line by line, so that a person with a pocket
// calculator comes to the same numbers.
#pragma once

#include <string>

#include "rig/proof/attribute.h"

namespace brewproof {

/// Plain ASCII lines: the table of blocks, the law of each block, the tail, what looking at many
/// things cost, and for every stimulus field how its agreement was counted. Text of the DUT is
/// escaped (\x1b). `id` is that of a finding or candidate ("F1", "C2"); for another one the answer
/// says which there are.
[[nodiscard]] std::string arithmetic(const ProofInput& input, const std::string& id);

}  // namespace brewproof
