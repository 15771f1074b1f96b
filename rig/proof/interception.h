// What interception itself changes: blocks were drawn to be left untouched, and in the others TLS
// was opened by a proxy. The law is that draw, over all the ways it could have fallen.
#pragma once

#include <set>
#include <vector>

#include "rig/model/tls_gateway.h"
#include "rig/proof/attribute.h"

namespace brewproof {

/// For each server with which the machine spoke TLS in these blocks, in order of name.
/// `input.trials` are those of all blocks, touched and not; a block that lost a trial, and one of
/// the reserve, which is never left untouched, do not count. Empty where one of the two kinds has
/// no block left.
[[nodiscard]] std::vector<InterceptionEffect> interception_effects(
    const ProofInput& input, const std::set<int>& untouched_blocks);

}  // namespace brewproof
