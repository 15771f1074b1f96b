#include "rig/proof/partial_fit.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace brewproof {
namespace {

constexpr double nothing = 1e-9;  // of a column's own length: what is left by rounding alone
constexpr double step = 1e-9, least_p = 1e-300;

double dot(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

void take_out(Figures& from, const Figures& direction) {
  const double share = dot(from, direction);
  for (std::size_t i = 0; i < from.size(); ++i) from[i] -= share * direction[i];
}

}  // namespace

PartialFit::PartialFit(const Figures& numbers, const std::vector<Figures>& explaining) {
  for (const Figures& column : explaining) {
    Figures direction = column;
    // Twice: once leaves rounding behind where columns are nearly alike.
    for (int pass = 0; pass < 2; ++pass) {
      for (const Figures& known : basis_) take_out(direction, known);
    }
    const double length = std::sqrt(dot(direction, direction));
    if (length <= nothing * std::sqrt(dot(column, column))) continue;
    for (double& value : direction) value /= length;
    basis_.push_back(std::move(direction));
  }
  left_ = left_of(numbers);
  left_square_ = dot(left_, left_);
  const double all = dot(numbers, numbers);
  if (left_square_ <= nothing * nothing * all) left_square_ = 0;
  const std::size_t taken = basis_.size() + 1;
  freedom_ = numbers.size() > taken ? numbers.size() - taken : 0;
}

PartialFit::Product PartialFit::product(std::span<const double> other) const {
  Product product{dot(left_, other), dot(other, other)};
  const double all = product.square;
  for (const Figures& direction : basis_) {
    const double share = dot(direction, other);
    product.square -= share * share;
  }
  if (product.square <= nothing * all) product.square = 0;
  return product;
}

double PartialFit::correlation(std::span<const double> other) const {
  const Product found = product(other);
  if (found.square <= 0 || left_square_ <= 0) return 0;
  return std::clamp(found.with_left / std::sqrt(found.square * left_square_), -1.0, 1.0);
}

double PartialFit::slope(std::span<const double> other) const {
  const Product found = product(other);
  return found.square <= 0 ? 0 : found.with_left / found.square;
}

Figures PartialFit::left_of(std::span<const double> other) const {
  Figures left(other.begin(), other.end());
  for (int pass = 0; pass < 2; ++pass) {
    for (const Figures& direction : basis_) take_out(left, direction);
  }
  return left;
}

double rank_of_fit(double r, std::size_t freedom) {
  const double missing = std::max(step, std::round((1 - r * r) / step) * step);
  return std::max(least_p, std::exp(0.5 * static_cast<double>(freedom) * std::log(missing)));
}

}  // namespace brewproof
