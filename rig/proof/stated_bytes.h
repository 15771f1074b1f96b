// Of all slices that agree with a parameter, which are stated: an amount at byte 12 is seen by
// every slice that holds bytes 12 and 13, but a finding says one path for one parameter in one
// place.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "rig/proof/content.h"
#include "rig/proof/fields.h"

namespace brewproof {

/// A table that was searched, and what was found in it by column.
struct Searched {
  FieldTable* table = nullptr;
  std::vector<std::optional<Stimulus>>* stimuli = nullptr;
};

/// Leaves of the slices of one unit's tables what is stated. Of those that carry something and
/// overlap, the most surprising stays; of equals the one that is the value as text, then the
/// narrowest (of a digest the widest), then the first; a content that is the value altogether stays
/// whole. Neighbours that tell the same of the same small set become one. Where
/// anything stays, the bytes around it become columns by their kind (`byte_runs.h`) and the content
/// as a whole is no column any more, unless it carries something else.
void state_bytes(std::span<const Searched> unit);

}  // namespace brewproof
