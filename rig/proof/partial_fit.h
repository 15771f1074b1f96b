// How well does one column of numbers follow another one, once what is known to explain it is taken
// out? The partial correlation r (Fisher 1924), by projection: both are freed of the explaining
// columns, then r is the cosine between what is left. Made for asking the same numbers many times.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace brewproof {

using Figures = std::vector<double>;

class PartialFit {
 public:
  /// `explaining` columns have one number a row, as `numbers`; what they explain of one another
  /// counts once.
  PartialFit(const Figures& numbers, const std::vector<Figures>& explaining);

  /// -1 .. 1; 0 where nothing is left of either.
  [[nodiscard]] double correlation(std::span<const double> other) const;
  /// What is left of the numbers for each unit of `other`.
  [[nodiscard]] double slope(std::span<const double> other) const;
  /// Of `other`, what the explaining columns do not explain.
  [[nodiscard]] Figures left_of(std::span<const double> other) const;
  [[nodiscard]] const Figures& left() const { return left_; }
  /// Rows that are free to differ: rows - explaining columns - 1, never negative.
  [[nodiscard]] std::size_t freedom() const { return freedom_; }

 private:
  struct Product {
    double with_left = 0, square = 0;  // of what is left of the other
  };
  [[nodiscard]] Product product(std::span<const double> other) const;

  std::vector<Figures> basis_;  // orthonormal
  Figures left_;
  double left_square_ = 0;
  std::size_t freedom_ = 0;
};

/// The p that a t-test would give to r, up to a slowly varying factor: (1 - r^2)^(freedom / 2). It
/// only ranks tests of different lengths; its own truth is not leant upon. 1 - r^2 is told in steps
/// of 1e-9 and is at least one, so that equal fits have equal ranks.
[[nodiscard]] double rank_of_fit(double r, std::size_t freedom);

}  // namespace brewproof
