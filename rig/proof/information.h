// Mutual information between a field and a parameter, for hundreds of ways in which the parameter's
// levels could have fallen at once: the arrangements stand side by side, so that a row is added to
// the counts of all of them by a few instructions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace brewproof {

/// A category by row: of the parameter (its level) or of a field (its distinct values).
using Categories = std::vector<std::size_t>;

/// One more than the largest.
[[nodiscard]] std::size_t categories_in(const Categories& rows);

inline constexpr std::size_t arrangement_batch = 256;

/// Ways in which the levels fall on the rows, `arrangement_batch` at most.
class Arrangements {
 public:
  /// By arrangement: whether a row has a level (0 or 1).
  using Plane = std::array<std::uint16_t, arrangement_batch>;

  Arrangements(std::size_t rows, std::size_t levels);

  [[nodiscard]] bool full() const { return size_ == arrangement_batch; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t levels() const { return levels_; }
  /// `dealt` has a level for each row.
  void add(const Categories& dealt);
  void clear();

  /// Few levels have a plane each, but for the last, which has what the others leave. With many, or
  /// with more rows than a plane can count, that would be more work than one row after another.
  [[nodiscard]] bool in_planes() const { return in_planes_; }
  [[nodiscard]] const Plane& plane(std::size_t level, std::size_t row) const {
    return planes_[level * rows_ + row];
  }
  /// Where there are no planes.
  [[nodiscard]] const Categories& plain(std::size_t arrangement) const {
    return plain_[arrangement];
  }

 private:
  std::size_t rows_, levels_, size_ = 0;
  bool in_planes_;
  std::vector<Plane> planes_;
  std::vector<Categories> plain_;
};

/// Of one field. For tables of fixed margins the margins' part of the information is a constant, so
/// arrangements are compared by the cells' part, the sum of c log2 c.
class Information {
 public:
  /// `field`: its categories, numbered without gaps.
  explicit Information(const Categories& field);

  /// Bits a row: (cells + n log2 n - values' part - levels' part) / n. 0 without rows.
  [[nodiscard]] double bits(const Categories& levels) const;
  /// The sum over cells of c log2 c, values first, within them by level. `sums` has an entry for
  /// each arrangement.
  void cells(const Arrangements& dealt, std::span<double> sums) const;

 private:
  void cells_by_plane(const Arrangements& dealt, std::span<double> sums) const;
  [[nodiscard]] double cells_of(const Categories& levels, std::vector<std::size_t>& counts) const;

  std::vector<std::vector<std::size_t>> rows_of_;  // by value
  std::vector<double> weight_;                     // c log2 c, up to the number of rows
};

}  // namespace brewproof
