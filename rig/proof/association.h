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

/// The category of a row in which a field does not stand.
inline constexpr std::size_t left_out = static_cast<std::size_t>(-1);

struct AssociationTest {
  double information = 0;  // bits a row
  double p = 1;
  double p_adjusted = 1;         // over all fields given together
  double p_of_rows = 1;          // over those of them that stand in the same rows
  std::size_t rows = 0;          // in which it stands
  std::size_t arrangements = 0;  // enumerated or drawn
  bool enumerated = false;       // all there are: the p-values are exact
};

/// How many different ways the levels can fall, within each deal; `limit` + 1 where more.
[[nodiscard]] std::size_t count_arrangements(const Categories& levels, const Categories& deals,
                                             std::size_t limit);

/// By field. `levels`, `deals` and every field have one entry a row; rows of the same deal were
/// shuffled together. Whether a message has a field is not what the field says: the levels are
/// shuffled among the rows in which it stands, and nothing is asked of the others.
///
/// Enumerates at most 100,000 arrangements, else draws `draws` from the generator.
/// Fields that agree with every shuffle (constant, or different in every row) get p = 1, and so do
/// those that no deal of two levels could bring to `hopeless` (how many deals read a field without
/// a fault depends on how often its values come, not on whose they are) and those in so few rows
/// that no deal at all could. Fields of the same rows share their shuffles, step-down min-p; of
/// others the chances are added up. Below 1 `hopeless` also allows to stop after a first look at
/// 199 deals, where every field is as informative under 20 of them; a p above it is not adjusted.
[[nodiscard]] std::vector<AssociationTest> test_association(
    const Categories& levels, const Categories& deals, const std::vector<Categories>& fields,
    const Generator& generator, std::uint64_t draws, double hopeless = 1);

}  // namespace brewproof
