// What is said of the fields of everything that was sent, whoever caused it.
#pragma once

#include <vector>

#include "rig/proof/categories.h"
#include "rig/proof/traffic.h"

namespace brewproof {

/// Fills `meanings` of each signature; `sent` is the inventory of `traffic`. What a finding on a
/// signature was found to carry at a path is said there too.
void tell_meanings(std::vector<SentSignature>& sent, const Traffic& traffic,
                   const std::vector<Finding>& findings, const KnownIdentities& known,
                   const DataCategories& categories);

}  // namespace brewproof
