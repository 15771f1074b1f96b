#include "rig/proof/lots.h"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>
#include <string>

#include "rig/model/sha256.h"

namespace brewproof {

Generator redraw_generator(std::uint64_t seed, std::string_view purpose) {
  return Generator(first_64_bits(sha256(fmt::format("{}/{}", purpose, seed))));
}

Lots::Lots(const Arms& arms) : strata_(arms.strata) {
  std::size_t longest = 0;
  for (const Stratum& stratum : strata_) longest = std::max(longest, stratum.size());
  positions_.resize(longest);
}

void Lots::redraw(Generator& generator, Bits& acts) {
  std::fill(acts.begin(), acts.end(), 0);
  for (const Stratum& stratum : strata_) {
    const std::size_t size = stratum.size();
    std::iota(positions_.begin(), positions_.begin() + static_cast<std::ptrdiff_t>(size),
              stratum.begin);
    // The first `acts` steps of a Fisher-Yates walk: every subset is equally likely.
    for (std::size_t i = 0; i < stratum.acts; ++i) {
      const std::size_t j = i + static_cast<std::size_t>(generator.below(size - i));
      std::swap(positions_[i], positions_[j]);
      set_bit(acts, positions_[i]);
    }
  }
}

}  // namespace brewproof
