#include "rig/proof/association.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <ranges>
#include <span>
#include <utility>

#include "rig/model/parallel.h"

namespace brewproof {
namespace {

constexpr std::size_t most_enumerated = 100'000;
constexpr std::size_t most_stored = 10'000'000;  // statistics kept at once
constexpr double rounding = 1e-9;                // of sums of logarithms, and of equal fractions
constexpr std::size_t first_look = 199, plainly_many = 20;
constexpr std::size_t steps_of_rank = 32;  // of one of some thousand: it is sorted in

/// Numbers the categories in order of first appearance: equal partitions become equal vectors.
Categories canonical(const Categories& rows) {
  std::map<std::size_t, std::size_t> number;
  Categories same;
  same.reserve(rows.size());
  for (const std::size_t row : rows)
    same.push_back(number.try_emplace(row, number.size()).first->second);
  return same;
}

/// The rows of each deal.
std::vector<std::vector<std::size_t>> rows_by_deal(const Categories& deals) {
  std::vector<std::vector<std::size_t>> rows(categories_in(deals));
  for (std::size_t row = 0; row < deals.size(); ++row) rows[deals[row]].push_back(row);
  std::erase_if(rows, [](const auto& of) { return of.empty(); });
  return rows;
}

/// Visits every arrangement once: an odometer of next_permutation, one wheel a deal.
void enumerate(const Categories& levels, const Categories& deals,
               const std::function<void(const Categories&)>& visit) {
  const auto rows = rows_by_deal(deals);
  std::vector<Categories> wheels;
  for (const auto& of : rows) {
    Categories wheel;
    for (const std::size_t row : of) wheel.push_back(levels[row]);
    std::sort(wheel.begin(), wheel.end());
    wheels.push_back(std::move(wheel));
  }
  Categories dealt = levels;
  for (;;) {
    for (std::size_t d = 0; d < rows.size(); ++d) {
      for (std::size_t i = 0; i < rows[d].size(); ++i) dealt[rows[d][i]] = wheels[d][i];
    }
    visit(dealt);
    std::size_t d = 0;
    while (d < wheels.size() && !std::next_permutation(wheels[d].begin(), wheels[d].end())) ++d;
    if (d == wheels.size()) return;
  }
}

void draw(const Categories& levels, const Categories& deals, Generator& generator,
          std::uint64_t draws, const std::function<void(const Categories&)>& visit) {
  const auto rows = rows_by_deal(deals);
  Categories dealt = levels, hand;
  for (std::uint64_t i = 0; i < draws; ++i) {
    for (const auto& of : rows) {
      hand.clear();
      for (const std::size_t row : of) hand.push_back(levels[row]);
      generator.shuffle(std::span(hand));
      for (std::size_t k = 0; k < of.size(); ++k) dealt[of[k]] = hand[k];
    }
    visit(dealt);
  }
}

/// The smallest p that any deal of two levels could give this field: the share of deals under which
/// each of its values speaks for one level. Where there is none, or more levels or deals: 0.
double smallest_p(const Categories& field, const Categories& levels, const Categories& deals) {
  if (categories_in(levels) != 2 || categories_in(deals) != 1) return 0;
  std::vector<std::size_t> size(categories_in(field));
  for (const std::size_t value : field) ++size[value];
  // ways[k]: in how many ways whole values fill k rows.
  std::vector<double> ways(field.size() + 1);
  ways[0] = 1;
  for (const std::size_t rows : size) {
    for (std::size_t k = field.size(); k >= rows; --k) ways[k] += ways[k - rows];
  }
  const auto first =
      static_cast<std::size_t>(std::count(levels.begin(), levels.end(), std::size_t{0}));
  double all = 1;
  for (std::size_t i = 1; i <= first; ++i) {
    all = all * static_cast<double>(field.size() - first + i) / static_cast<double>(i);
  }
  return ways[first] / all;
}

/// Visits arrangements in batches.
class InBatches {
 public:
  using Visit = std::function<void(const Arrangements&)>;
  InBatches(std::size_t rows, std::size_t levels, Visit visit)
      : batch_(rows, levels), visit_(std::move(visit)) {}

  void add(const Categories& dealt) {
    batch_.add(dealt);
    if (batch_.full()) flush();
  }
  void flush() {
    visit_(batch_);
    batch_.clear();
  }

 private:
  Arrangements batch_;
  Visit visit_;
};

/// The statistics of a pool of arrangements become their p: the share of the pool whose statistic
/// is as large.
void rank(std::vector<double>& pool) {
  std::vector<std::pair<double, std::size_t>> sorted;
  sorted.reserve(pool.size());
  for (std::size_t a = 0; a < pool.size(); ++a) sorted.emplace_back(pool[a], a);
  std::sort(sorted.begin(), sorted.end());
  auto as_large = sorted.begin();
  for (const auto& [value, a] : sorted) {
    while (as_large->first < value - rounding) ++as_large;
    pool[a] = static_cast<double>(sorted.end() - as_large) / static_cast<double>(sorted.size());
  }
}

/// Fields that stand in the same rows. What is shuffled is the levels of these rows.
class Part {
 public:
  Part(const Categories& field, const Categories& levels, const Categories& deals) {
    for (std::size_t row = 0; row < field.size(); ++row) {
      if (field[row] == left_out) continue;
      rows_.push_back(row);
      levels_.push_back(levels[row]);
      deals_.push_back(deals[row]);
    }
    levels_ = canonical(levels_);
  }

  /// Each partition once, and only those that some shuffle can tell apart; nullopt: it cannot.
  std::optional<std::size_t> add(const Categories& field, double hopeless) {
    const Categories same = canonical(of_rows(field));
    const std::size_t values = categories_in(same);
    const bool informative =
        values > 1 && values < same.size() && smallest_p(same, levels_, deals_) <= hopeless;
    if (!informative || never_below(hopeless)) return std::nullopt;
    const auto [place, fresh] = known_.try_emplace(same, columns_.size());
    if (fresh) columns_.emplace_back(same);
    return place->second;
  }

  [[nodiscard]] double bits(const Categories& field) const {
    return Information(canonical(of_rows(field))).bits(levels_);
  }

  /// By column: of how many of `first_look` deals it is as informative as it is observed to be.
  [[nodiscard]] std::vector<std::size_t> look(Generator generator) const {
    std::vector<std::size_t> as_informative(columns_.size());
    InBatches looks(rows_.size(), categories_in(levels_), [&](const Arrangements& dealt) {
      each_column(dealt, [&](std::size_t c, std::span<const double> of) {
        // The observed arrangement comes first.
        as_informative[c] = static_cast<std::size_t>(std::ranges::count_if(
            of.subspan(1), [&](double sum) { return sum >= of.front() - rounding; }));
      });
    });
    looks.add(levels_);
    draw(levels_, deals_, generator, first_look,
         [&](const Categories& dealt) { looks.add(dealt); });
    looks.flush();
    return as_informative;
  }

  /// Makes the pools, of `room` arrangements a column at most. `alone`: all cores are for this
  /// part.
  void shuffle(Generator generator, std::uint64_t draws, std::size_t room, bool alone) {
    alone_ = alone;
    pools_.resize(columns_.size());
    InBatches batches(rows_.size(), categories_in(levels_), [&](const Arrangements& dealt) {
      each_column(dealt, [&](std::size_t c, std::span<const double> of) {
        pools_[c].insert(pools_[c].end(), of.begin(), of.end());
      });
    });
    const std::size_t limit = std::min(most_enumerated, room);
    enumerated_ = count_arrangements(levels_, deals_, limit) <= limit;
    if (enumerated_) {
      enumerate(levels_, deals_, [&](const Categories& dealt) {
        if (dealt == levels_) observed_at_ = arrangements_;
        ++arrangements_;
        batches.add(dealt);
      });
    } else {
      batches.add(levels_);  // drawn pools start with the observed one
      arrangements_ = std::min<std::uint64_t>(draws, room) + 1;
      draw(levels_, deals_, generator, arrangements_ - 1,
           [&](const Categories& dealt) { batches.add(dealt); });
    }
    batches.flush();
    in_parallel(pools_.size(), alone ? pools_.size() * arrangements_ * steps_of_rank : 0,
                [&](std::size_t c) { rank(pools_[c]); });
    smallest_.assign(arrangements_, 1.0);
  }

  [[nodiscard]] std::size_t rows() const { return rows_.size(); }
  [[nodiscard]] std::size_t columns() const { return columns_.size(); }
  [[nodiscard]] std::size_t arrangements() const { return arrangements_; }
  [[nodiscard]] bool enumerated() const { return enumerated_; }
  [[nodiscard]] double observed(std::size_t column) const { return pools_[column][observed_at_]; }

  /// From now on this column is among those that could have come out as surprising.
  void join(std::size_t column) {
    for (std::size_t a = 0; a < arrangements_; ++a)
      smallest_[a] = std::min(smallest_[a], pools_[column][a]);
  }
  /// The share of arrangements in which one of the joined columns has a p of `p` or below.
  [[nodiscard]] double as_small(double p) const {
    const double line = p * (1 + rounding);
    const auto count = std::ranges::count_if(smallest_, [&](double of) { return of <= line; });
    return static_cast<double>(count) / static_cast<double>(arrangements_);
  }

 private:
  [[nodiscard]] Categories of_rows(const Categories& field) const {
    Categories of;
    of.reserve(rows_.size());
    for (const std::size_t row : rows_) of.push_back(field[row]);
    return of;
  }

  /// Too few arrangements: the deal itself is one of them.
  bool never_below(double p) {
    if (!count_) count_ = count_arrangements(levels_, deals_, most_enumerated);
    return *count_ <= most_enumerated && 1 / static_cast<double>(*count_) > p;
  }

  template <class Take>
  void each_column(const Arrangements& dealt, const Take& take) const {
    in_parallel(columns_.size(),
                alone_ ? columns_.size() * rows_.size() * arrangement_batch / 4 : 0,
                [&](std::size_t c) {
                  std::array<double, arrangement_batch> room;
                  const std::span<double> sums = std::span(room).first(dealt.size());
                  columns_[c].cells(dealt, sums);
                  take(c, sums);
                });
  }

  std::vector<std::size_t> rows_;
  Categories levels_, deals_;  // of these rows
  std::optional<std::size_t> count_;
  std::map<Categories, std::size_t> known_;
  std::vector<Information> columns_;
  std::vector<std::vector<double>> pools_;  // by column and arrangement the statistic, then its p
  std::vector<double> smallest_;            // by arrangement, of the joined columns
  std::size_t arrangements_ = 0, observed_at_ = 0;
  bool enumerated_ = false, alone_ = true;
};

/// Where a field was put.
struct Place {
  std::size_t part = 0;
  std::optional<std::size_t> column;  // absent: no shuffle can tell it apart
};

class Family {
 public:
  Family(const Categories& levels, const Categories& deals, const std::vector<Categories>& fields,
         double hopeless)
      : hopeless_(hopeless) {
    std::map<std::vector<bool>, std::size_t> known;
    for (const Categories& field : fields) {
      std::vector<bool> stands;
      stands.reserve(field.size());
      for (const std::size_t value : field) stands.push_back(value != left_out);
      const auto [place, fresh] = known.try_emplace(std::move(stands), parts_.size());
      if (fresh) parts_.emplace_back(field, levels, deals);
      Part& part = parts_[place->second];
      places_.push_back({place->second, part.add(field, hopeless)});
      tests_.push_back({part.bits(field)});
      tests_.back().rows = part.rows();
    }
  }

  /// A first look. Where for every field a tenth of some deals is as informative as the observed
  /// one, none is near any level, and what all deals would say is not worth their time. Dropping
  /// all fields together claims nothing that was not claimed otherwise.
  [[nodiscard]] bool plainly_nothing(const Generator& generator) {
    std::vector<std::vector<std::size_t>> looks;
    for (const Part& part : parts_) {
      looks.push_back(part.look(generator));
      if (std::ranges::any_of(looks.back(), [](std::size_t n) { return n < plainly_many; }))
        return false;
    }
    for (std::size_t f = 0; f < places_.size(); ++f) {
      if (!places_[f].column) continue;
      const std::size_t as_informative = looks[places_[f].part][*places_[f].column];
      tests_[f].p = static_cast<double>(as_informative + 1) / (first_look + 1);
      tests_[f].arrangements = first_look + 1;
    }
    return true;
  }

  void shuffle(const Generator& generator, std::uint64_t draws) {
    std::size_t columns = 0;
    for (const Part& part : parts_) columns += part.columns();
    const std::size_t room = most_stored / std::max<std::size_t>(1, columns);
    std::vector<Part*> parts;
    std::size_t largest = 0;  // in columns
    for (Part& part : parts_) {
      if (part.columns() > 0) parts.push_back(&part);
      largest = std::max(largest, part.columns());
    }
    // Side by side, but not where one is most of the work: its columns are.
    const bool one_by_one = 2 * largest > columns;
    const std::size_t steps = columns * std::min<std::size_t>(draws, room) * steps_of_rank;
    in_parallel(parts.size(), one_by_one ? 0 : steps,
                [&](std::size_t p) { parts[p]->shuffle(generator, draws, room, one_by_one); });
    for (std::size_t f = 0; f < places_.size(); ++f) {
      if (!places_[f].column) continue;
      const Part& part = parts_[places_[f].part];
      tests_[f].p = part.observed(*places_[f].column);
      tests_[f].arrangements = part.arrangements();
      tests_[f].enumerated = part.enumerated();
    }
    step_down();
  }

  [[nodiscard]] std::vector<AssociationTest> tests() && { return std::move(tests_); }

 private:
  /// Westfall and Young's, where each part has shuffles of its own: that any part comes out as
  /// surprising has at most the sum of their chances, and what is too small to do so adds nothing.
  void step_down() {
    std::vector<std::size_t> order;
    for (std::size_t f = 0; f < places_.size(); ++f)
      if (places_[f].column) order.push_back(f);
    std::ranges::sort(order, {}, [&](std::size_t f) { return std::pair(tests_[f].p, f); });
    for (const std::size_t f : std::views::reverse(order)) {
      Part& own = parts_[places_[f].part];
      own.join(*places_[f].column);
      if (tests_[f].p > hopeless_) continue;
      tests_[f].p_of_rows = own.as_small(tests_[f].p);
      tests_[f].p_adjusted = tests_[f].p_of_rows;
      for (const Part& part : parts_)
        if (&part != &own && part.columns() > 0) tests_[f].p_adjusted += part.as_small(tests_[f].p);
    }
    double least = 0;
    for (const std::size_t f : order) {
      least = std::min(1.0, std::max(least, tests_[f].p_adjusted));
      tests_[f].p_adjusted = least;
    }
  }

  double hopeless_;
  std::vector<Part> parts_;
  std::vector<Place> places_;  // by field
  std::vector<AssociationTest> tests_;
};

}  // namespace

std::size_t count_arrangements(const Categories& levels, const Categories& deals,
                               std::size_t limit) {
  std::size_t product = 1;
  for (const auto& rows : rows_by_deal(deals)) {
    std::map<std::size_t, std::size_t> counts;
    std::size_t placed = 0;
    for (const std::size_t row : rows) {
      // Multinomial one row at a time: product * placed / count stays an integer.
      ++placed;
      const std::size_t count = ++counts[levels[row]];
      if (product > limit * 64) return limit + 1;  // far beyond, and no overflow ahead
      product = product * placed / count;
    }
  }
  return std::min(product, limit + 1);
}

std::vector<AssociationTest> test_association(const Categories& levels, const Categories& deals,
                                              const std::vector<Categories>& fields,
                                              const Generator& generator, std::uint64_t draws,
                                              double hopeless) {
  Family family(levels, deals, fields, hopeless);
  if (hopeless >= 1 || !family.plainly_nothing(generator)) family.shuffle(generator, draws);
  return std::move(family).tests();
}

}  // namespace brewproof
