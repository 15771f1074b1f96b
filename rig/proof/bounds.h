// What "none seen" can mean: upper limits of rates from counts.
#pragma once

namespace brewproof {

/// Clopper-Pearson (Biometrika 1934): one-sided limits of a rate of which `hits` of `trials` were
/// seen, each at `confidence`. Limits of no trials are 0 and 1.
[[nodiscard]] double rate_upper_limit(int hits, int trials, double confidence);
[[nodiscard]] double rate_lower_limit(int hits, int trials, double confidence);

/// Nothing seen in `trials` trials: the rate is below 1 - (1 - confidence)^(1 / trials).
/// 12 trials at 0.95: 0.2209.
[[nodiscard]] double none_seen_limit(int trials, double confidence);

/// One-sided upper limit of (event's rate - sham's rate): square-and-add (Newcombe 1998, method 10)
/// with Clopper-Pearson limits in the place of Wilson's, so that it agrees with none_seen_limit
/// where nothing was seen at all:
///   d + sqrt((U1 - p1)^2 + (p0 - L0)^2), at most 1.
[[nodiscard]] double excess_upper_limit(int event_hits, int event_trials, int sham_hits,
                                        int sham_trials, double confidence);

}  // namespace brewproof
