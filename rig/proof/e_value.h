// What a bet on the lots has earned. Before a block is looked at, a stake is laid on where the acts
// fall among the slots that show a message; the lots then pay it out at fair odds:
// E = P_bet(a | T) / P_lots(a | T). If the lots do not matter, P_lots is the hypergeometric law of
// stratified.h whatever the traffic does, so E has mean 1 given T and all earlier blocks, and the
// product over blocks may be looked at after each of them: the chance that it ever reaches 1/p is
// at most p (Ville 1939; Vovk and Wang, Annals of Statistics 2021). A bet on independent trials
// with unknown rates has no such mean here: slots of one block are not independent, nor are their
// lots.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <span>

#include "rig/proof/stratified.h"

namespace brewproof {

/// A bet that acts show the message `odds` times as likely as shams (an odds ratio: P_bet(a) is
/// proportional to P_lots(a) odds^a, Fisher's noncentral hypergeometric law), and its part of the
/// stake. Each part stays on its odds from block to block, so those that were right weigh more
/// later.
struct OddsBet {
  double odds = 1;
  double part = 1;
};
/// Fixed: what is bet on may not depend on what is seen. Infinite odds: every act shows it, or no
/// sham does.
inline constexpr std::array<OddsBet, 4> odds_bets = {
    {{std::numeric_limits<double>::infinity(), 0.5}, {100, 1.0 / 6}, {20, 1.0 / 6}, {5, 1.0 / 6}}};

/// ln E of one block in which `hits` of the slots that show it are acts; -infinity: the bet is
/// lost. 0 where none or all slots show it: nothing can be bet on.
[[nodiscard]] double log_e_value(const BlockCount& block, std::size_t hits, double odds);

/// All of `odds_bets`, block by block.
class LotBets {
 public:
  LotBets();
  void add(const BlockCount& block, std::size_t hits);
  [[nodiscard]] double log_e() const;

 private:
  std::array<double, odds_bets.size()> earned_{};  // logarithms
};

/// ln E of all blocks and of all of `odds_bets`: the logarithm of the sum over bets of part x
/// product over blocks. 0 without blocks.
[[nodiscard]] double log_e_value(std::span<const BlockCount> blocks,
                                 std::span<const std::size_t> hits);

/// min(1, 1/e), never below 1e-300: valid as a p-value whenever the blocks ended.
[[nodiscard]] double p_of_log_e(double log_e);

}  // namespace brewproof
