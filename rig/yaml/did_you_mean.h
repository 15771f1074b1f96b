// The nearest known word to a mistyped one.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace brewproof::yaml {

/// Edits between two words: insert, delete, replace, or exchange two neighbours (optimal string
/// alignment). Words longer than 64 bytes are taken as far apart.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// "; did you mean 'espresso'?" where a candidate is at most a third of its length away, else
/// "; known here: a, b, c" (at most 12 of them), or "" without candidates.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       std::span<const std::string> candidates);

}  // namespace brewproof::yaml
