#include "rig/proof/information.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace brewproof {
namespace {

constexpr std::size_t most_levels_in_planes = 16;  // beyond, single rows are less work

}  // namespace

std::size_t categories_in(const Categories& rows) {
  return rows.empty() ? 0 : *std::max_element(rows.begin(), rows.end()) + 1;
}

Arrangements::Arrangements(std::size_t rows, std::size_t levels)
    : rows_(rows),
      levels_(levels),
      in_planes_(levels > 0 && levels <= most_levels_in_planes &&
                 rows <= std::numeric_limits<Plane::value_type>::max()) {
  if (in_planes_) planes_.resize((levels - 1) * rows);
}

void Arrangements::add(const Categories& dealt) {
  const std::size_t a = size_++;
  if (!in_planes_) {
    plain_.push_back(dealt);
    return;
  }
  for (std::size_t row = 0; row < rows_; ++row) {
    for (std::size_t level = 0; level + 1 < levels_; ++level) {
      planes_[level * rows_ + row][a] = dealt[row] == level ? 1 : 0;
    }
  }
}

void Arrangements::clear() {
  size_ = 0;
  plain_.clear();
}

Information::Information(const Categories& field) : rows_of_(categories_in(field)) {
  for (std::size_t row = 0; row < field.size(); ++row) rows_of_[field[row]].push_back(row);
  for (std::size_t c = 0; c <= field.size(); ++c) {
    const auto count = static_cast<double>(c);
    weight_.push_back(c < 2 ? 0.0 : count * std::log2(count));
  }
}

double Information::bits(const Categories& levels) const {
  std::vector<std::size_t> counts(categories_in(levels));
  const double inside = cells_of(levels, counts);
  double margins = 0;
  for (const auto& rows : rows_of_) margins += weight_[rows.size()];
  for (const std::size_t level : levels) ++counts[level];
  for (const std::size_t count : counts) margins += weight_[count];
  const auto n = static_cast<double>(levels.size());
  return n == 0 ? 0 : (inside + weight_[levels.size()] - margins) / n;
}

void Information::cells(const Arrangements& dealt, std::span<double> sums) const {
  if (dealt.in_planes()) {
    cells_by_plane(dealt, sums);
    return;
  }
  std::vector<std::size_t> counts(dealt.levels());
  for (std::size_t a = 0; a < sums.size(); ++a) sums[a] = cells_of(dealt.plain(a), counts);
}

void Information::cells_by_plane(const Arrangements& dealt, std::span<double> sums) const {
  std::fill(sums.begin(), sums.end(), 0.0);
  const auto weigh = [&](const Arrangements::Plane& counts) {
    for (std::size_t a = 0; a < sums.size(); ++a) sums[a] += weight_[counts[a]];
  };
  for (const auto& rows : rows_of_) {
    if (rows.size() < 2) continue;  // cells of one row weigh nothing
    Arrangements::Plane rest;
    rest.fill(static_cast<std::uint16_t>(rows.size()));
    for (std::size_t level = 0; level + 1 < dealt.levels(); ++level) {
      Arrangements::Plane counts{};
      for (const std::size_t row : rows) {
        const Arrangements::Plane& plane = dealt.plane(level, row);
        for (std::size_t a = 0; a < counts.size(); ++a) counts[a] += plane[a];
      }
      for (std::size_t a = 0; a < counts.size(); ++a) rest[a] -= counts[a];
      weigh(counts);
    }
    weigh(rest);
  }
}

/// `counts` has an entry for each level, all 0, and is left so.
double Information::cells_of(const Categories& levels, std::vector<std::size_t>& counts) const {
  double sum = 0;
  for (const auto& rows : rows_of_) {
    if (rows.size() < 2) continue;
    for (const std::size_t row : rows) ++counts[levels[row]];
    for (std::size_t& count : counts) {
      sum += weight_[count];
      count = 0;
    }
  }
  return sum;
}

}  // namespace brewproof
