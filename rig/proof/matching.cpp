#include "rig/proof/matching.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace brewproof {
namespace {

constexpr double lowest_p = 1e-300;
constexpr double spoiled = 1e-9;  // what a sum is worth beside its largest term

/// One value in one deal.
struct Board {
  std::size_t holders = 0;  // trials whose field holds it
  std::size_t copies = 0;   // trials that were dealt it
  [[nodiscard]] std::size_t most() const { return std::min(holders, copies); }
};

struct Deal {
  std::size_t trials = 0;
  std::map<std::size_t, Board> boards;  // by value
};

std::map<std::size_t, Deal> deals_in(const Matching& matching) {
  std::map<std::size_t, Deal> deals;
  for (std::size_t i = 0; i < matching.dealt.size(); ++i) {
    Deal& deal = deals[matching.deals[i]];
    ++deal.trials;
    ++deal.boards[matching.dealt[i]].copies;
    if (matching.held[i] < matching.dealt.size()) ++deal.boards[matching.held[i]].holders;
  }
  return deals;
}

std::size_t most_in(const Deal& deal) {
  std::size_t most = 0;
  for (const auto& [value, board] : deal.boards) most += board.most();
  return most;
}

/// expected[j] = r_j (n - j)! / n!: the mean number of j-sets of matches. k holders of one value
/// can be its own in C(holders, k) C(copies, k) k! ways, and the rook number r_j collects these
/// over the values; it is built value by value with the factorials folded in, so that nothing
/// overflows.
std::vector<double> expected_sets(const Deal& deal) {
  std::vector<double> expected{1.0};
  for (const auto& [value, board] : deal.boards) {
    std::vector<double> with(expected.size() + board.most());
    for (std::size_t before = 0; before < expected.size(); ++before) {
      double ways = expected[before];
      for (std::size_t k = 0;; ++k) {
        with[before + k] += ways;
        if (k == board.most()) break;
        ways *= static_cast<double>((board.holders - k) * (board.copies - k)) /
                static_cast<double>((k + 1) * (deal.trials - before - k));
      }
    }
    expected = std::move(with);
  }
  return expected;
}

/// By k: P(at least k matches in this deal).
std::vector<double> at_least(const Deal& deal) {
  const std::vector<double> expected = expected_sets(deal);
  std::vector<double> law{1.0};
  for (std::size_t k = 1; k < expected.size(); ++k) {
    // Sum over j >= k of (-1)^(j-k) C(j-1, k-1) expected[j].
    double p = 0, binomial = 1, sign = 1, largest = 0;
    for (std::size_t j = k; j < expected.size(); ++j) {
      const double term = binomial * expected[j];
      p += sign * term;
      largest = std::max(largest, term);
      binomial *= static_cast<double>(j) / static_cast<double>(j - k + 1);
      sign = -sign;
    }
    if (!(p > spoiled * largest)) p = expected[k];
    law.push_back(std::clamp(p, 0.0, law.back()));
  }
  return law;
}

/// Of the sum of matches in two deals.
std::vector<double> together(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> law(a.size() + b.size() - 1);
  for (std::size_t k = 0; k < law.size(); ++k) {
    for (std::size_t i = 0; i < a.size(); ++i) {
      const double exactly = a[i] - (i + 1 < a.size() ? a[i + 1] : 0);
      const std::size_t missing = k > i ? k - i : 0;
      if (missing < b.size()) law[k] += exactly * b[missing];
    }
  }
  return law;
}

Matching of_single_values(std::span<const std::size_t> points_to) {
  Matching matching;
  matching.dealt.resize(points_to.size());
  std::iota(matching.dealt.begin(), matching.dealt.end(), std::size_t{0});
  matching.held.assign(points_to.begin(), points_to.end());
  matching.deals.resize(points_to.size());
  return matching;
}

}  // namespace

std::size_t most_matches(const Matching& matching) {
  std::size_t most = 0;
  for (const auto& [number, deal] : deals_in(matching)) most += most_in(deal);
  return most;
}

double matching_p(const Matching& matching, std::size_t matches) {
  if (matches == 0) return 1;
  std::vector<double> law{1.0};
  for (const auto& [number, deal] : deals_in(matching)) law = together(law, at_least(deal));
  if (matches >= law.size()) return lowest_p;
  return std::clamp(law[matches], lowest_p, 1.0);
}

std::size_t most_matches(std::span<const std::size_t> points_to) {
  return most_matches(of_single_values(points_to));
}

double matching_p(std::span<const std::size_t> points_to, std::size_t matches) {
  return matching_p(of_single_values(points_to), matches);
}

}  // namespace brewproof
