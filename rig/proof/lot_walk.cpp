#include "rig/proof/lot_walk.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace brewproof {
namespace {

std::size_t most_acts(const Arms& arms) {
  std::size_t most = 0;
  for (const Stratum& stratum : arms.strata) most = std::max(most, stratum.acts);
  return most;
}

/// Chances by (acts yet to fall in this stratum, state, score). What was not reached has no row.
class Chances {
 public:
  Chances(std::size_t left, std::size_t states, std::size_t scores)
      : states_(states), scores_(scores), of_(left * states * scores), reached_(left * states) {}
  [[nodiscard]] bool reached(std::size_t left, std::size_t state) const {
    return reached_[left * states_ + state] != 0;
  }
  /// Of the scores from 0 on.
  [[nodiscard]] double* of(std::size_t left, std::size_t state) {
    return of_.data() + (left * states_ + state) * scores_;
  }
  /// The same, reached from now on; the lowest `scores` scores have no chance at first.
  double* reach(std::size_t left, std::size_t state, std::size_t scores) {
    double* const row = of(left, state);
    std::uint8_t& reached = reached_[left * states_ + state];
    if (reached == 0) std::fill_n(row, scores, 0.0);
    reached = 1;
    return row;
  }
  void clear() { std::ranges::fill(reached_, std::uint8_t{0}); }
  /// The next stratum has so many acts, and all have fallen in the one before.
  void deal(std::size_t acts) {
    if (acts == 0) return;
    for (std::size_t s = 0; s < states_; ++s) {
      if (!reached(0, s)) continue;
      std::copy_n(of(0, s), scores_, of(acts, s));
      reached_[acts * states_ + s] = std::exchange(reached_[s], std::uint8_t{0});
    }
  }

 private:
  std::size_t states_, scores_;
  std::vector<double> of_;
  std::vector<std::uint8_t> reached_;
};

/// Most walks score in few of their slots: that bounds their score, and what its law takes.
std::size_t scoring_positions(const LotWalk& walk) {
  std::size_t scoring = 0;
  for (auto p = walk.ways.begin(); p != walk.ways.end();
       p += static_cast<std::ptrdiff_t>(walk.states)) {
    const auto scores = [](const LotWalk::Ways& ways) { return ways[1].scores; };
    if (std::any_of(p, p + static_cast<std::ptrdiff_t>(walk.states), scores)) ++scoring;
  }
  return scoring;
}

void add_share(double share, const double* from, std::size_t scores, double* to) {
  for (std::size_t k = 0; k < scores; ++k) to[k] += share * from[k];
}

}  // namespace

bool in_order_of_time(const Arms& arms, const std::vector<Trial>& trials) {
  return std::ranges::is_sorted(arms.trials, {},
                                [&](std::size_t t) { return trials[t].origin_ns(); });
}

std::size_t score_of(const LotWalk& walk, const Bits& acts) {
  std::size_t score = 0, state = 0;
  const std::size_t positions = walk.ways.size() / walk.states;
  for (std::size_t p = 0; p < positions; ++p) {
    const LotWalk::Step step = walk.ways[p * walk.states + state][has_bit(acts, p) ? 1 : 0];
    score += step.scores ? 1 : 0;
    state = step.to;
  }
  return score;
}

std::size_t cost_of_law(std::size_t states, const Arms& arms) {
  return arms.trials.size() * states * (most_acts(arms) + 1) * (arms.act_count + 1);
}

Law law_of(const LotWalk& walk, const Arms& arms) {
  // One score more than there can be: what could score there has no chance, and is added as 0.
  const std::size_t states = walk.states;
  const std::size_t scores = std::min(arms.act_count, scoring_positions(walk)) + 2;
  const std::size_t hands = most_acts(arms) + 1;
  Chances now(hands, states, scores), next(hands, states, scores);
  *now.reach(0, 0, scores) = 1;
  std::size_t most = 0;  // score so far
  for (const Stratum& stratum : arms.strata) {
    now.deal(stratum.acts);
    for (std::size_t p = stratum.begin; p < stratum.end; ++p) {
      const auto remaining = static_cast<double>(stratum.end - p);
      next.clear();
      bool scored = false;
      for (std::size_t left = 0; left <= stratum.acts; ++left) {
        const double act = static_cast<double>(left) / remaining;
        for (std::size_t s = 0; s < states; ++s) {
          if (!now.reached(left, s)) continue;
          const auto& [sham_way, act_way] = walk.ways[p * states + s];
          const double* const from = now.of(left, s);
          if (act < 1) add_share(1 - act, from, most + 1, next.reach(left, sham_way.to, most + 2));
          if (left > 0) {
            double* const to = next.reach(left - 1, act_way.to, most + 2);
            add_share(act, from, most + 1, to + (act_way.scores ? 1 : 0));
            scored = scored || act_way.scores;
          }
        }
      }
      std::swap(now, next);
      if (scored) most = std::min(most + 1, scores - 2);
    }
  }
  Law law{0, std::vector<double>(arms.act_count + 1)};
  for (std::size_t s = 0; s < states; ++s) {
    if (!now.reached(0, s)) continue;
    for (std::size_t k = 0; k <= most; ++k) law.probability[k] += now.of(0, s)[k];
  }
  while (law.probability.size() > 1 && law.probability.back() == 0) law.probability.pop_back();
  return law;
}

}  // namespace brewproof
