#include "rig/proof/e_value.h"

#include <algorithm>
#include <cmath>

namespace brewproof {
namespace {

constexpr double lost = -std::numeric_limits<double>::infinity();
constexpr double floor_of_p = 1e-300;

}  // namespace

double log_e_value(const BlockCount& block, std::size_t hits, double odds) {
  const Law law = hypergeometric(block);
  const std::size_t high = law.first + law.probability.size() - 1;
  if (law.probability.size() == 1) return 0;
  if (std::isinf(odds)) return hits == high ? -std::log(law.probability.back()) : lost;
  // Of P_lots(i) odds^i the greatest power is taken out, so that nothing overflows.
  double sum = 0;
  for (std::size_t i = 0; i < law.probability.size(); ++i)
    sum +=
        law.probability[i] * std::pow(odds, -static_cast<double>(law.probability.size() - 1 - i));
  return -static_cast<double>(high - hits) * std::log(odds) - std::log(sum);
}

LotBets::LotBets() {
  for (std::size_t bet = 0; bet < odds_bets.size(); ++bet)
    earned_[bet] = std::log(odds_bets[bet].part);
}

void LotBets::add(const BlockCount& block, std::size_t hits) {
  for (std::size_t bet = 0; bet < odds_bets.size(); ++bet)
    earned_[bet] += log_e_value(block, hits, odds_bets[bet].odds);
}

double LotBets::log_e() const {
  const double most = *std::ranges::max_element(earned_);
  double sum = 0;
  for (const double one : earned_) sum += std::exp(one - most);
  return most + std::log(sum);
}

double log_e_value(std::span<const BlockCount> blocks, std::span<const std::size_t> hits) {
  LotBets bets;
  for (std::size_t b = 0; b < blocks.size(); ++b) bets.add(blocks[b], hits[b]);
  return bets.log_e();
}

double p_of_log_e(double log_e) { return std::clamp(std::exp(-log_e), floor_of_p, 1.0); }

}  // namespace brewproof
