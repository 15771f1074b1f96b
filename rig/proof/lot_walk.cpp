#include "rig/proof/lot_walk.h"

#include <algorithm>
#include <utility>

namespace brewproof {
namespace {

std::size_t most_acts(const Arms& arms) {
  std::size_t most = 0;
  for (const Stratum& stratum : arms.strata) most = std::max(most, stratum.acts);
  return most;
}

/// Chances by (acts yet to fall in this stratum, state, score).
class Chances {
 public:
  Chances(std::size_t left, std::size_t states, std::size_t scores)
      : states_(states), scores_(scores), of_(left * states * scores) {}
  /// Of the scores from 0 on.
  double* of(std::size_t left, std::size_t state) {
    return of_.data() + (left * states_ + state) * scores_;
  }
  /// The lowest `scores` scores, of up to `left` acts.
  void clear(std::size_t left, std::size_t scores) {
    for (std::size_t row = 0; row < (left + 1) * states_; ++row)
      std::fill_n(of_.data() + row * scores_, scores, 0.0);
  }

 private:
  std::size_t states_, scores_;
  std::vector<double> of_;
};

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
  const std::size_t states = walk.states, scores = arms.act_count + 2;
  const std::size_t hands = most_acts(arms) + 1;
  Chances now(hands, states, scores), next(hands, states, scores);
  std::vector<bool> reached(states), reached_next(states);
  now.of(0, 0)[0] = 1;
  reached[0] = true;
  std::size_t most = 0;  // score so far
  for (const Stratum& stratum : arms.strata) {
    if (stratum.acts > 0) {  // all have fallen in the stratum before
      for (std::size_t s = 0; s < states; ++s)
        for (std::size_t k = 0; k <= most; ++k)
          now.of(stratum.acts, s)[k] = std::exchange(now.of(0, s)[k], 0.0);
    }
    for (std::size_t p = stratum.begin; p < stratum.end; ++p) {
      const auto remaining = static_cast<double>(stratum.end - p);
      next.clear(stratum.acts, std::min(most + 2, scores));
      reached_next.assign(states, false);
      bool scored = false;
      for (std::size_t left = 0; left <= stratum.acts; ++left) {
        const double act = static_cast<double>(left) / remaining;
        const bool too_many_fell = left + (p - stratum.begin) < stratum.acts;
        if (act > 1 || too_many_fell) continue;
        for (std::size_t s = 0; s < states; ++s) {
          if (!reached[s]) continue;
          const auto& [sham_way, act_way] = walk.ways[p * states + s];
          const double* const from = now.of(left, s);
          if (act < 1) {
            add_share(1 - act, from, most + 1, next.of(left, sham_way.to));
            reached_next[sham_way.to] = true;
          }
          if (left > 0) {
            double* const to = next.of(left - 1, act_way.to) + (act_way.scores ? 1 : 0);
            add_share(act, from, most + 1, to);
            reached_next[act_way.to] = true;
            scored = scored || act_way.scores;
          }
        }
      }
      std::swap(now, next);
      std::swap(reached, reached_next);
      if (scored) most = std::min(most + 1, arms.act_count);
    }
  }
  Law law{0, std::vector<double>(arms.act_count + 1)};
  for (std::size_t s = 0; s < states; ++s)
    for (std::size_t k = 0; k <= most; ++k) law.probability[k] += now.of(0, s)[k];
  while (law.probability.size() > 1 && law.probability.back() == 0) law.probability.pop_back();
  return law;
}

}  // namespace brewproof
