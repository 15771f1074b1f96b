// Small sets (drink, method): does a field depend on a parameter of few values? The statistic is
// mutual information; its law is the parameter shuffled among its own trials, by the same deal that
// gave it (balanced: a permutation within each deal). A raw maximum over fields would be useless:
// clocks and amounts have maximal information under every shuffle, so min-p is used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rig/model/generator.h"
#include "rig/proof/information.h"

namespace brewproof {

struct AssociationTest {
  double information = 0;  // bits
  double p = 1;
  double p_adjusted = 1;  // over all fields given together
};

struct AssociationFamily {
  std::vector<AssociationTest> tests;  // by field
  std::size_t arrangements = 0;        // enumerated or drawn
  bool enumerated = false;             // all there are: the p-values are exact
};

/// How many different ways the levels can fall, within each deal; `limit` + 1 where more.
[[nodiscard]] std::size_t count_arrangements(const Categories& levels, const Categories& deals,
                                             std::size_t limit);

/// `levels`, `deals` and every field have one entry a row; rows of the same deal were shuffled
/// together. Enumerates at most 100,000 arrangements, else draws `draws` from the generator.
/// Fields that agree with every shuffle (constant, or different in every row) get p = 1, and so do
/// those that no deal of two levels could bring to `hopeless` (how many deals read a field without
/// a fault depends on how often its values come, not on whose they are). Below 1 it also allows to
/// stop after a first look at 199 deals, where every field is as informative under 20 of them.
[[nodiscard]] AssociationFamily test_association(const Categories& levels, const Categories& deals,
                                                 const std::vector<Categories>& fields,
                                                 Generator generator, std::uint64_t draws,
                                                 double hopeless = 1);

}  // namespace brewproof
