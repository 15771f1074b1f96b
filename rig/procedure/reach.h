// What a design can prove at best, from counts alone (statistics.md 1, 3 and 4 in the design notes:
// perfect separation, the matching law, arrangements of a small set).
#pragma once

#include <cstdint>
#include <span>

namespace brewproof {

/// Perfect separation of `trials` event trials from `shams` shams in one block: 1 / C(n+m, n).
[[nodiscard]] double separation_p(int trials, int shams);

/// Every trial carries its unique value: 1 / n!, the matching law.
[[nodiscard]] double matching_p(int trials);

/// A field that is a one-to-one function of a small set with these counts per level: of the
/// n! / (k1! k2! ...) arrangements those are as good that only exchange levels of equal count.
[[nodiscard]] double mapping_p(std::span<const int> counts);

/// The upper 95 % bound of a rate of which none was seen in n trials: 1 - 0.05^(1/n).
[[nodiscard]] double none_seen_bound(int trials);

}  // namespace brewproof
