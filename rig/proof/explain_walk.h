// The arithmetic of a test for which the order of the slots matters, slot by slot.
#pragma once

#include <string>

#include "rig/proof/workings.h"

namespace brewproof {

/// Of a test with `every` of 1 or more: what each slot shows and scores, what the score could
/// have been, and with which probability it is reached.
[[nodiscard]] std::string walk_arithmetic(const TimingTest& test, const ProofInput& input,
                                          const Workings& workings);

}  // namespace brewproof
