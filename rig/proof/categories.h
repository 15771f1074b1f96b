// What a field is data of: payment, drink, place ... by a table that a person wrote
// (procedures/data-categories.yaml). Names, not claims; each has its reason, the strongest there
// is: what the field was found to carry, what its values are, then what its name says. A field of
// which nothing is known has no category.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "rig/model/finding.h"
#include "rig/proof/identity.h"

namespace brewproof {

struct DataCategory {
  std::string name, about;
  std::vector<std::string> parameters, events;  // names of a procedure
  std::vector<std::string> identities;          // classes (rig/proof/identity.h)
  std::vector<FieldKind> kinds;
  std::vector<std::string> words;  // of a field's name, lower case
};

/// The table. Nothing stands in two categories; empty: nothing is classed.
struct DataCategories {
  CategoryTable table;
  std::vector<DataCategory> all;
};

/// `field`: what was found of it, its path at least. In this order: the parameter or the total that
/// it carries; its identity; a clock; the names on its way, the innermost first, of each the last
/// word that is known (a "pay time" is a time); that it only counts.
[[nodiscard]] Meaning meaning_of(const FieldFinding& field, const Identity& identity,
                                 const DataCategories& categories);

}  // namespace brewproof
