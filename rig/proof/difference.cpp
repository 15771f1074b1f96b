#include "rig/proof/difference.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "rig/proof/lots.h"
#include "rig/proof/stratified.h"

namespace brewproof {
namespace {

constexpr double rounding = 1 + 1e-7;  // equal tables must stay equal

/// The probability of all that is as improbable.
double as_improbable(const Law& law, double probability) {
  double sum = 0;
  for (const double each : law.probability) {
    if (each <= probability * rounding) sum += each;
  }
  return std::clamp(sum, 1e-300, 1.0);
}

/// Twice the midrank of each value, a's first: whole numbers.
std::vector<std::int64_t> double_ranks(std::span<const std::int64_t> a,
                                       std::span<const std::int64_t> b) {
  std::vector<std::int64_t> values(a.begin(), a.end());
  values.insert(values.end(), b.begin(), b.end());
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t x, std::size_t y) { return values[x] < values[y]; });
  std::vector<std::int64_t> ranks(values.size());
  for (std::size_t from = 0; from < order.size();) {
    std::size_t to = from;
    while (to < order.size() && values[order[to]] == values[order[from]]) ++to;
    for (std::size_t i = from; i < to; ++i) {
      ranks[order[i]] = static_cast<std::int64_t>(from + 1 + to);  // (from + 1 + to) / 2, doubled
    }
    from = to;
  }
  return ranks;
}

/// By doubled rank sum: the share of all ways to take `count` of the ranks.
std::vector<double> sum_law(const std::vector<std::int64_t>& ranks, std::size_t count) {
  const auto all = static_cast<std::size_t>(std::accumulate(ranks.begin(), ranks.end(), 0LL));
  std::vector<std::vector<double>> ways(count + 1, std::vector<double>(all + 1));
  ways[0][0] = 1;
  std::size_t seen = 0;
  for (const std::int64_t rank : ranks) {
    const auto step = static_cast<std::size_t>(rank);
    ++seen;
    for (std::size_t k = std::min(count, seen); k > 0; --k) {
      for (std::size_t sum = all; sum >= step; --sum) ways[k][sum] += ways[k - 1][sum - step];
    }
  }
  const double total = std::accumulate(ways[count].begin(), ways[count].end(), 0.0);
  for (double& share : ways[count]) share /= total;
  return ways[count];
}

/// How far a doubled rank sum is from its mean, times the number of values: a whole number.
std::int64_t distance(std::int64_t sum, std::int64_t all, std::size_t count, std::size_t values) {
  return std::abs(sum * static_cast<std::int64_t>(values) - all * static_cast<std::int64_t>(count));
}

DifferenceTest counted(const std::vector<std::int64_t>& ranks, std::size_t count,
                       std::int64_t observed, std::int64_t all) {
  const std::vector<double> law = sum_law(ranks, count);
  std::int64_t farthest = 0;
  for (std::size_t sum = 0; sum < law.size(); ++sum) {
    if (law[sum] > 0) {
      farthest =
          std::max(farthest, distance(static_cast<std::int64_t>(sum), all, count, ranks.size()));
    }
  }
  double p = 0, smallest = 0;
  for (std::size_t sum = 0; sum < law.size(); ++sum) {
    const std::int64_t far = distance(static_cast<std::int64_t>(sum), all, count, ranks.size());
    if (far >= observed) p += law[sum];
    if (far >= farthest) smallest += law[sum];
  }
  return {std::clamp(p, 1e-300, 1.0), std::nullopt, std::clamp(smallest, 1e-300, 1.0)};
}

DifferenceTest redrawn(std::vector<std::int64_t> ranks, std::size_t count, std::int64_t observed,
                       std::int64_t all, Generator generator) {
  std::uint64_t as_far = 0;
  for (std::uint64_t draw = 0; draw < redraws; ++draw) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t j = i + static_cast<std::size_t>(generator.below(ranks.size() - i));
      std::swap(ranks[i], ranks[j]);
      sum += ranks[i];
    }
    if (distance(sum, all, count, ranks.size()) >= observed) ++as_far;
  }
  const double drawn = static_cast<double>(redraws) + 1;
  const bool all_tied = std::ranges::all_of(ranks, [&](auto rank) { return rank == ranks[0]; });
  return {static_cast<double>(as_far + 1) / drawn, std::nullopt, all_tied ? 1 : 1 / drawn};
}

Standing standing_of(const Compared& compared, double alpha) {
  const bool differs = compared.test.p && *compared.test.p_adjusted <= alpha;
  if (compared.again && compared.again->p) {
    if (*compared.again->p_adjusted <= alpha) return Standing::unsteady;
    if (differs && *compared.again->p <= agree_p) return Standing::doubtful;
  }
  return differs ? Standing::differs : Standing::alike;
}

}  // namespace

DifferenceTest fisher(const Tally& a, const Tally& b) {
  if (a.of <= 0 || b.of <= 0) return {};
  const auto number = [](int count) { return static_cast<std::size_t>(count); };
  const Law law = hypergeometric({number(a.of + b.of), number(a.of), number(a.hits + b.hits)});
  const double seen = law.probability.at(number(a.hits) - law.first);
  const double least = *std::min_element(law.probability.begin(), law.probability.end());
  return {as_improbable(law, seen), std::nullopt, as_improbable(law, least)};
}

double smallest_fisher(int trials_a, int trials_b) {
  return fisher({trials_a, trials_a}, {0, trials_b}).smallest_p;
}

DifferenceTest rank_test(std::span<const std::int64_t> a, std::span<const std::int64_t> b,
                         std::uint64_t seed, std::string_view purpose) {
  if (a.empty() || b.empty()) return {};
  std::vector<std::int64_t> ranks = double_ranks(a, b);
  const std::int64_t all = std::accumulate(ranks.begin(), ranks.end(), std::int64_t{0});
  const auto end = ranks.begin() + static_cast<std::ptrdiff_t>(a.size());
  const std::int64_t sum = std::accumulate(ranks.begin(), end, std::int64_t{0});
  const std::int64_t observed = distance(sum, all, a.size(), ranks.size());
  if (ranks.size() <= most_counted) return counted(ranks, a.size(), observed, all);
  return redrawn(std::move(ranks), a.size(), observed, all, redraw_generator(seed, purpose));
}

std::vector<double> holm(std::span<const double> p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) { return p[x] < p[y]; });
  std::vector<double> adjusted(p.size());
  double last = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    last = std::max(last, std::min(1.0, p[order[i]] * static_cast<double>(p.size() - i)));
    adjusted[order[i]] = last;
  }
  return adjusted;
}

DifferenceTest both(const DifferenceTest& a, const DifferenceTest& b) {
  if (!a.p || !b.p) return {};
  return {std::max(*a.p, *b.p), std::nullopt, std::max(a.smallest_p, b.smallest_p)};
}

std::size_t judge(std::span<Compared* const> questions, double alpha) {
  std::vector<DifferenceTest*> family;
  const auto take = [&](DifferenceTest& test) {
    if (!test.p) return;
    test.p_adjusted = 1;
    if (test.smallest_p <= alpha) family.push_back(&test);
  };
  for (Compared* const question : questions) {
    take(question->test);
    if (question->again) take(*question->again);
  }
  std::vector<double> p;
  p.reserve(family.size());
  for (const DifferenceTest* test : family) p.push_back(*test->p);
  const std::vector<double> adjusted = holm(p);
  for (std::size_t t = 0; t < family.size(); ++t) family[t]->p_adjusted = adjusted[t];
  for (Compared* const question : questions) question->standing = standing_of(*question, alpha);
  return family.size();
}

}  // namespace brewproof
