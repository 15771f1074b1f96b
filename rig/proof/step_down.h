// Looking at many things is paid for: Westfall and Young's step-down min-p (Resampling-Based
// Multiple Testing, 1993, algorithm 2.8). The chance that even one of the adjusted values falls to
// a level or below without cause is at most that level, however the tests depend on each other.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace brewproof {

/// Fills `p` with the p-values that re-draw number `draw` gives to every hypothesis.
using RedrawnP = std::function<void(std::size_t draw, std::span<double> p)>;

/// `all` = the re-draws are all arrangements there are (the observed one is among them): then the
/// adjusted values are exact. `sampled` = they were drawn at random: the observed fall counts as
/// one more, so no value is below 1 / (draws + 1).
enum class Redraws { sampled, all };

/// Adjusted p in the order of `observed`. p-values within a factor 1 + 1e-9 count as equal: equal
/// fractions that were summed in another order must not differ.
[[nodiscard]] std::vector<double> step_down(std::span<const double> observed, std::size_t draws,
                                            const RedrawnP& redraw, Redraws kind);

/// Benjamini and Hochberg (1995): which of `p` are discoveries at false discovery rate `level`.
[[nodiscard]] std::vector<bool> benjamini_hochberg(std::span<const double> p, double level);

}  // namespace brewproof
