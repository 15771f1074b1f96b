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

void score_own_messages(std::span<const InWindow> windows, const Falls& falls,
                        std::span<std::size_t> scores) {
  // A walk that is not too long takes fewer than this.
  const auto narrow = [](std::size_t count) {
    return static_cast<std::uint16_t>(std::min<std::size_t>(count, 0xffff));
  };
  Falls::Lane taken{}, score{};  // of the messages from the window's first on
  for (std::size_t p = 0; p < windows.size(); ++p) {
    const std::uint16_t passed =
        p == 0 ? std::uint16_t{0} : narrow(windows[p].first - windows[p - 1].first);
    const std::uint16_t there = narrow(windows[p].end - windows[p].first);
    const Falls::Lane& before = falls.acts_before(p);
    const Falls::Lane& with = falls.acts_before(p + 1);
    for (std::size_t f = 0; f < taken.size(); ++f) {
      const auto left = static_cast<std::uint16_t>(std::max(taken[f], passed) - passed);
      const auto own = static_cast<std::uint16_t>((with[f] != before[f]) & (left < there));
      score[f] = static_cast<std::uint16_t>(score[f] + own);
      taken[f] = static_cast<std::uint16_t>(left + own);
    }
  }
  std::copy_n(score.begin(), scores.size(), scores.begin());
}

void score_every_kth_of_all(const Bits& seen, std::size_t k, std::span<const Between> between,
                            const Falls& falls, std::span<std::size_t> scores) {
  // As in every_kth_walk: 0 where no message came yet, else the acts since the last one and 1.
  const auto kth = static_cast<std::uint16_t>(k), most = static_cast<std::uint16_t>(k + 1);
  Falls::Lane state{}, score{};
  for (std::size_t p = 0; p < between.size(); ++p) {
    const bool shows = has_bit(seen, p);
    const auto others = std::min(between[p].acts, most);
    if (between[p].shows) state.fill(1);
    const Falls::Lane& before = falls.acts_before(p);
    const Falls::Lane& with = falls.acts_before(p + 1);
    for (std::size_t f = 0; f < state.size(); ++f) {
      const auto met = static_cast<std::uint16_t>(state[f] != 0);
      const auto act = static_cast<std::uint16_t>(with[f] != before[f]);
      const auto here =
          std::min<std::uint16_t>(static_cast<std::uint16_t>(state[f] + others * met), most);
      const auto right = static_cast<std::uint16_t>((here == 0) | (here == kth));
      score[f] = static_cast<std::uint16_t>(score[f] + (shows ? act & right : 0));
      state[f] =
          shows ? std::uint16_t{1}
                : std::min<std::uint16_t>(static_cast<std::uint16_t>(here + (act & met)), most);
    }
  }
  std::copy_n(score.begin(), scores.size(), scores.begin());
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
