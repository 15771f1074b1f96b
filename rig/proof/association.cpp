#include "rig/proof/association.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>

#include "rig/proof/step_down.h"

namespace brewproof {
namespace {

constexpr std::size_t most_enumerated = 100'000;
constexpr std::size_t most_stored = 10'000'000;  // statistics kept at once
constexpr double rounding = 1e-9;                // of sums of logarithms
constexpr std::size_t first_look = 199, plainly_many = 20;

std::size_t categories_in(const Categories& rows) {
  return rows.empty() ? 0 : *std::max_element(rows.begin(), rows.end()) + 1;
}

/// Numbers the categories in order of first appearance: equal partitions become equal vectors.
Categories canonical(const Categories& rows) {
  std::map<std::size_t, std::size_t> number;
  Categories same;
  same.reserve(rows.size());
  for (const std::size_t row : rows)
    same.push_back(number.try_emplace(row, number.size()).first->second);
  return same;
}

/// Mutual information for tables of fixed margins: the margins' part is a constant, the cells'
/// part is the sum of c log2 c.
class Information {
 public:
  Information(const Categories& field, std::size_t levels)
      : field_(field), levels_(levels), cells_(categories_in(field) * levels) {
    for (std::size_t c = 0; c <= field.size(); ++c) {
      const auto count = static_cast<double>(c);
      weight_.push_back(c < 2 ? 0.0 : count * std::log2(count));
    }
  }
  /// The sum over cells of c log2 c.
  double cells(const Categories& levels) {
    std::fill(cells_.begin(), cells_.end(), 0);
    for (std::size_t row = 0; row < field_.size(); ++row) {
      ++cells_[field_[row] * levels_ + levels[row]];
    }
    double sum = 0;
    for (const std::size_t count : cells_) sum += weight_[count];
    return sum;
  }
  /// Bits a row: (cells + n log2 n - rows' part - columns' part) / n.
  double bits(const Categories& levels) {
    const double inside = cells(levels);
    std::vector<std::size_t> by_value(categories_in(field_)), by_level(levels_);
    for (std::size_t row = 0; row < field_.size(); ++row) {
      ++by_value[field_[row]];
      ++by_level[levels[row]];
    }
    double margins = 0;
    for (const std::size_t count : by_value) margins += weight_[count];
    for (const std::size_t count : by_level) margins += weight_[count];
    const auto n = static_cast<double>(field_.size());
    return n == 0 ? 0 : (inside + weight_[field_.size()] - margins) / n;
  }

 private:
  const Categories& field_;
  std::size_t levels_;
  std::vector<std::size_t> cells_;
  std::vector<double> weight_;
};

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

/// p of every arrangement in a pool: the share of the pool whose statistic is as large.
std::vector<double> ranks(const std::vector<double>& statistic) {
  std::vector<double> sorted = statistic;
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> p;
  p.reserve(statistic.size());
  for (const double value : statistic) {
    const auto first = std::lower_bound(sorted.begin(), sorted.end(), value - rounding);
    p.push_back(static_cast<double>(sorted.end() - first) / static_cast<double>(sorted.size()));
  }
  return p;
}

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

AssociationFamily test_association(const Categories& levels, const Categories& deals,
                                   const std::vector<Categories>& fields, Generator generator,
                                   std::uint64_t draws, double hopeless) {
  AssociationFamily family;
  family.tests.resize(fields.size());
  const std::size_t level_count = categories_in(levels);

  // Only fields that some shuffle can tell apart, each partition once.
  std::map<Categories, std::size_t> columns;
  std::vector<std::size_t> column_of(fields.size());
  for (std::size_t f = 0; f < fields.size(); ++f) {
    const Categories same = canonical(fields[f]);
    family.tests[f].information = Information(same, level_count).bits(levels);
    const std::size_t values = categories_in(same);
    const bool informative =
        values > 1 && values < same.size() && smallest_p(same, levels, deals) <= hopeless;
    column_of[f] =
        informative ? columns.try_emplace(same, columns.size()).first->second : fields.size();
  }
  std::vector<Information> information;
  {
    std::vector<const Categories*> in_order(columns.size());
    for (const auto& [column, place] : columns) in_order[place] = &column;
    for (const Categories* column : in_order) information.emplace_back(*column, level_count);
  }

  // A first look. Where for every field a tenth of some deals is as informative as the observed
  // one, none is near any level, and what all deals would say is not worth their time. Dropping all
  // fields together claims nothing that was not claimed otherwise.
  if (hopeless < 1) {
    std::vector<std::size_t> as_informative(information.size());
    std::vector<double> now;
    for (Information& column : information) now.push_back(column.cells(levels));
    Generator looks = generator;
    draw(levels, deals, looks, first_look, [&](const Categories& dealt) {
      for (std::size_t c = 0; c < information.size(); ++c) {
        if (information[c].cells(dealt) >= now[c] - rounding) ++as_informative[c];
      }
    });
    if (std::ranges::all_of(as_informative, [](std::size_t n) { return n >= plainly_many; })) {
      for (std::size_t f = 0; f < fields.size(); ++f) {
        if (column_of[f] == fields.size()) continue;
        family.tests[f].p =
            static_cast<double>(as_informative[column_of[f]] + 1) / (first_look + 1);
      }
      family.arrangements = first_look + 1;
      return family;
    }
  }

  // statistic[c][a]: column c under arrangement a. Drawn pools start with the observed one.
  std::vector<std::vector<double>> statistic(information.size());
  std::vector<double> observed(information.size());
  const auto keep = [&](const Categories& dealt) {
    for (std::size_t c = 0; c < information.size(); ++c) {
      statistic[c].push_back(information[c].cells(dealt));
    }
  };
  const std::size_t room = most_stored / std::max<std::size_t>(1, information.size());
  const std::size_t limit = std::min(most_enumerated, room);
  const std::size_t count = count_arrangements(levels, deals, limit);
  family.enumerated = count <= limit;
  std::size_t observed_at = 0;
  if (family.enumerated) {
    std::size_t a = 0;
    enumerate(levels, deals, [&](const Categories& dealt) {
      if (dealt == levels) observed_at = a;
      ++a;
      keep(dealt);
    });
    family.arrangements = a;
  } else {
    keep(levels);
    draw(levels, deals, generator, std::min<std::uint64_t>(draws, room), keep);
    family.arrangements = std::min<std::uint64_t>(draws, room) + 1;
  }

  std::vector<std::vector<double>> p;
  for (std::size_t c = 0; c < statistic.size(); ++c) {
    p.push_back(ranks(statistic[c]));
    observed[c] = p[c][observed_at];
  }
  const auto adjusted = step_down(
      observed, columns.empty() ? 0 : family.arrangements,
      [&](std::size_t a, std::span<double> of) {
        for (std::size_t c = 0; c < p.size(); ++c) of[c] = p[c][a];
      },
      Redraws::all);
  for (std::size_t f = 0; f < fields.size(); ++f) {
    if (column_of[f] == fields.size()) continue;
    family.tests[f].p = observed[column_of[f]];
    family.tests[f].p_adjusted = adjusted[column_of[f]];
  }
  return family;
}

}  // namespace brewproof
