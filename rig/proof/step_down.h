// Looking at many things is paid for: Westfall and Young's step-down min-p (Resampling-Based
// Multiple Testing, 1993, algorithm 2.8). The chance that even one of the adjusted values falls to
// a level or below without cause is at most that level, however the tests depend on each other.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace brewproof {

/// `all` = the re-draws are all arrangements there are (the observed one is among them): then the
/// adjusted values are exact. `sampled` = they were drawn at random: the observed fall counts as
/// one more, so no value is below 1 / (draws + 1).
enum class Redraws { sampled, all };

inline constexpr std::size_t step_down_batch = 256;
/// After the first batch of sampled re-draws what came out as surprising in more than this share of
/// it, or twice the level that is asked about, is left: more would say of it the same, and to stop
/// claims nothing.
inline constexpr double plainly = 0.1;

struct Adjusted {
  double p = 1;
  std::size_t draws = 0;  // that it is from; 0 = it was not adjusted
};

/// What is known of the hypotheses before any re-draw.
struct StepDownBounds {
  double level = 0;  // of what is claimed
  /// Adjusting makes no p smaller: those above it are not adjusted and come out as 1, and of what a
  /// re-draw gives that is larger it need only be known that it is.
  double told = 1;
  /// By hypothesis: no re-draw gives less. Empty = any may give 0. What cannot come out as
  /// surprising as anything that is still asked about is asked no more.
  std::span<const double> smallest = {};
};

/// Adjusted p in the order of `observed`. p-values within a factor 1 + 1e-9 count as equal: equal
/// fractions that were summed in another order must not differ.
///
/// Re-draws come in batches and each hypothesis sees a whole batch, so that what it is computed
/// from stays in the processor's cache. `draw(count)` makes the next `count` re-draws, at most
/// `step_down_batch`; `p_of(hypothesis, p)` fills `p` with what they give to it, about `steps`
/// simple steps; it is asked for several hypotheses at once (in_parallel).
[[nodiscard]] std::vector<Adjusted> step_down(
    std::span<const double> observed, std::size_t draws,
    const std::function<void(std::size_t count)>& draw,
    const std::function<void(std::size_t hypothesis, std::span<double> p)>& p_of, std::size_t steps,
    Redraws kind, const StepDownBounds& bounds = {});

/// Benjamini and Hochberg (1995): which of `p` are discoveries at false discovery rate `level`.
[[nodiscard]] std::vector<bool> benjamini_hochberg(std::span<const double> p, double level);

}  // namespace brewproof
