#include "rig/proof/association.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>

#include "rig/model/parallel.h"
#include "rig/proof/step_down.h"

namespace brewproof {
namespace {

constexpr std::size_t most_enumerated = 100'000;
constexpr std::size_t most_stored = 10'000'000;  // statistics kept at once
constexpr double rounding = 1e-9;                // of sums of logarithms
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

  // Only fields that some shuffle can tell apart, each partition once.
  std::map<Categories, std::size_t> known;
  std::vector<Information> columns;
  std::vector<std::size_t> column_of(fields.size());
  for (std::size_t f = 0; f < fields.size(); ++f) {
    const Categories same = canonical(fields[f]);
    const Information information(same);
    family.tests[f].information = information.bits(levels);
    const std::size_t values = categories_in(same);
    const bool informative =
        values > 1 && values < same.size() && smallest_p(same, levels, deals) <= hopeless;
    column_of[f] = fields.size();
    if (!informative) continue;
    const auto [place, fresh] = known.try_emplace(same, columns.size());
    if (fresh) columns.push_back(information);
    column_of[f] = place->second;
  }
  const auto each_column = [&](const Arrangements& dealt, const auto& take) {
    in_parallel(columns.size(), columns.size() * levels.size() * arrangement_batch / 4,
                [&](std::size_t c) {
                  std::array<double, arrangement_batch> room;
                  const std::span<double> sums = std::span(room).first(dealt.size());
                  columns[c].cells(dealt, sums);
                  take(c, sums);
                });
  };
  const std::size_t level_count = categories_in(levels);

  // A first look. Where for every field a tenth of some deals is as informative as the observed
  // one, none is near any level, and what all deals would say is not worth their time. Dropping all
  // fields together claims nothing that was not claimed otherwise.
  if (hopeless < 1) {
    std::vector<std::size_t> as_informative(columns.size());
    InBatches looks(levels.size(), level_count, [&](const Arrangements& dealt) {
      each_column(dealt, [&](std::size_t c, std::span<const double> of) {
        // The observed arrangement comes first.
        as_informative[c] = static_cast<std::size_t>(std::ranges::count_if(
            of.subspan(1), [&](double sum) { return sum >= of.front() - rounding; }));
      });
    });
    looks.add(levels);
    Generator copy = generator;
    draw(levels, deals, copy, first_look, [&](const Categories& dealt) { looks.add(dealt); });
    looks.flush();
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

  // By column and arrangement the statistic, then its p. Drawn pools start with the observed one.
  std::vector<std::vector<double>> pools(columns.size());
  InBatches batches(levels.size(), level_count, [&](const Arrangements& dealt) {
    each_column(dealt, [&](std::size_t c, std::span<const double> of) {
      pools[c].insert(pools[c].end(), of.begin(), of.end());
    });
  });
  const std::size_t room = most_stored / std::max<std::size_t>(1, columns.size());
  const std::size_t limit = std::min(most_enumerated, room);
  const std::size_t count = count_arrangements(levels, deals, limit);
  family.enumerated = count <= limit;
  std::size_t observed_at = 0;
  if (family.enumerated) {
    std::size_t a = 0;
    enumerate(levels, deals, [&](const Categories& dealt) {
      if (dealt == levels) observed_at = a;
      ++a;
      batches.add(dealt);
    });
    family.arrangements = a;
  } else {
    batches.add(levels);
    draw(levels, deals, generator, std::min<std::uint64_t>(draws, room),
         [&](const Categories& dealt) { batches.add(dealt); });
    family.arrangements = std::min<std::uint64_t>(draws, room) + 1;
  }
  batches.flush();

  in_parallel(pools.size(), pools.size() * family.arrangements * steps_of_rank,
              [&](std::size_t c) { rank(pools[c]); });
  std::vector<double> observed;
  observed.reserve(pools.size());
  for (const std::vector<double>& pool : pools) observed.push_back(pool[observed_at]);
  std::size_t begin = 0, end = 0;  // of the batch that is compared
  const std::vector<double> adjusted = step_down(
      observed, columns.empty() ? 0 : family.arrangements,
      [&](std::size_t next) {
        begin = end;
        end += next;
      },
      [&](std::size_t c, std::span<double> p) {
        std::ranges::copy(std::span(pools[c]).subspan(begin, end - begin), p.begin());
      },
      step_down_batch / 8, Redraws::all);
  for (std::size_t f = 0; f < fields.size(); ++f) {
    if (column_of[f] == fields.size()) continue;
    family.tests[f].p = observed[column_of[f]];
    family.tests[f].p_adjusted = adjusted[column_of[f]];
  }
  return family;
}

}  // namespace brewproof
