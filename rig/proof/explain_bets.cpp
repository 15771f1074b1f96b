// The arithmetic of bets on the lots, in a run that its own rule stopped.
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "rig/proof/e_value.h"
#include "rig/proof/explain_parts.h"

namespace brewproof {

void explaining::write_bets(const TimingTest& test, const Arms& arms, const ProofInput& input,
                            Lines out) {
  fmt::format_to(
      out,
      "\nThe run's rule looked after every block, so the number of blocks depends on what was seen "
      "and\nthe law of a fixed number is none. Bets on the lots hold whenever the blocks ended: of "
      "the stake\nparts are laid on acts showing it `odds` times as likely as shams, and a block "
      "pays each\nE = P_bet(a) / P(a), P_bet(a) proportional to P(a) odds^a, P(a) as in a block of "
      "N slots, n acts, T seen.\n\n  block   N   n   T   a");
  for (const OddsBet& bet : odds_bets)
    fmt::format_to(out, "  {:>10}",
                   std::isinf(bet.odds) ? "odds inf" : fmt::format("odds {}", bet.odds));
  *out++ = '\n';
  std::array<double, odds_bets.size()> earned{};
  for (std::size_t b = 0; b < test.blocks.size(); ++b) {
    const BlockCount& block = test.blocks[b];
    fmt::format_to(out, "  {:>5} {:>3} {:>3} {:>3} {:>3}", arms.strata[b].block, block.slots,
                   block.acts, block.seen, test.block_hits[b]);
    for (std::size_t bet = 0; bet < odds_bets.size(); ++bet) {
      const double ln_e = log_e_value(block, test.block_hits[b], odds_bets[bet].odds);
      earned[bet] += ln_e;
      fmt::format_to(out, "  {:>10.4g}", std::exp(ln_e));
    }
    *out++ = '\n';
  }
  fmt::format_to(out, "  {:<21}", "product x part");
  for (std::size_t bet = 0; bet < odds_bets.size(); ++bet)
    fmt::format_to(out, "  {:>10.4g}", std::exp(earned[bet]) * odds_bets[bet].part);
  const EValue& value = *test.e_value;
  const double level = timing_level(input);
  fmt::format_to(out,
                 "\n  e = their sum = {:.4g}; p = min(1, 1/e) = {:.4g}\n"
                 "  its share of the stake of all that was looked at: {:.4g}\n"
                 "  p_adjusted = min(1, 1/(share x e)) = {:.4g}\n"
                 "  timing's share of alpha {} is {}: {}\n",
                 std::exp(value.ln_e), test.p, value.share, test.p_adjusted, input.design.alpha,
                 level, test.p_adjusted <= level ? "claimed" : "not claimed");
}

}  // namespace brewproof
