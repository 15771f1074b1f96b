#include "rig/proof/falls.h"

#include <algorithm>
#include <bit>

namespace brewproof {

void Falls::set(std::size_t fall, const Bits& acts) {
  std::uint16_t count = 0;
  for (std::size_t p = 0; p + 1 < before_.size(); ++p) {
    if (has_bit(acts, p)) ++count;
    before_[p + 1][fall] = count;
  }
}

void score_walk(const LotWalk& walk, const Falls& falls, std::span<std::size_t> scores) {
  Falls::Lane state{};
  std::ranges::fill(scores, std::size_t{0});
  const std::size_t positions = walk.ways.size() / walk.states;
  for (std::size_t p = 0; p < positions; ++p) {
    const LotWalk::Ways* const ways = walk.ways.data() + p * walk.states;
    const Falls::Lane& before = falls.acts_before(p);
    const Falls::Lane& with = falls.acts_before(p + 1);
    for (std::size_t f = 0; f < scores.size(); ++f) {
      const LotWalk::Step step = ways[state[f]][with[f] != before[f] ? 1 : 0];
      scores[f] += step.scores ? 1 : 0;
      state[f] = step.to;
    }
  }
}

void score_every_kth(const Bits& seen, std::size_t k, const Falls& falls,
                     std::span<std::size_t> scores) {
  const auto kth = static_cast<std::uint16_t>(k);
  Falls::Lane score{};
  const Falls::Lane* since = nullptr;  // acts up to and with the message before
  for (std::size_t word = 0; word < seen.size(); ++word) {
    for (std::uint64_t left = seen[word]; left != 0; left &= left - 1) {
      const std::size_t p = 64 * word + static_cast<std::size_t>(std::countr_zero(left));
      const Falls::Lane& before = falls.acts_before(p);
      const Falls::Lane& with = falls.acts_before(p + 1);
      if (since == nullptr) {
        for (std::size_t f = 0; f < score.size(); ++f) score[f] = with[f] - before[f];
      } else {
        const Falls::Lane& last = *since;
        for (std::size_t f = 0; f < score.size(); ++f) {
          const auto acts = static_cast<std::uint16_t>(with[f] - last[f]);
          score[f] += static_cast<std::uint16_t>((with[f] != before[f]) & (acts == kth));
        }
      }
      since = &with;
    }
  }
  std::copy_n(score.begin(), scores.size(), scores.begin());
}

}  // namespace brewproof
