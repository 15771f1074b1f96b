// What the analysis is given of a machine of the zoo, for tests that see nothing but the analysis.
#pragma once

#include <string>
#include <vector>

#include "rig/proof/attribute.h"

namespace brewproof {

[[nodiscard]] ProofInput input_of_machine(const std::string& machine, std::uint64_t seed);
[[nodiscard]] std::vector<std::string> names_of_machines();

}  // namespace brewproof
