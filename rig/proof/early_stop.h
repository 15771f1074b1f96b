// May a run end at this border of blocks? The judge of the rule that a plan may commit itself to
// (`design: {stop: ...}`): after each whole block it bets on the lots (e_value.h) of every pattern
// that messages make (stakes.h), and an event is decided once share x e-value of one of them has
// reached 1/level, the level being timing's promise. If the lots of an event do not matter, that
// ever happens with a chance of its part of the stake x level at most (Ville 1939), whatever the
// traffic and whoever looks when.
//
// All of it is a function of the trials and the messages: what the run decided at its last border
// the analysis decides again.
#pragma once

#include <string>
#include <vector>

#include "rig/model/plan.h"
#include "rig/proof/arms.h"
#include "rig/proof/stakes.h"

namespace brewproof {

struct ProofInput;

/// The declared windows, and those joined of them, that are over when each event's observation is:
/// a window that ends within its slot holds no message that could come after the border of its
/// block. In the order of with_joined.
[[nodiscard]] std::vector<Window> stop_windows(const Design& design);

/// The part of the stake that each of so many events with a sham has.
[[nodiscard]] double stake_of_event(std::size_t events);

/// ln(share x e-value); -infinity: it has no share.
[[nodiscard]] double ln_won(const EValue& earned);
/// Has it reached 1/level? `level`: timing's share of alpha.
[[nodiscard]] bool decides(const EValue& earned, double level);

/// What the lots of one event have earned, block after block.
struct Betting {
  std::string event;
  Stakes stakes{0};  // after the last block
  EValue best;       // of the pattern with the greatest share x e-value; share 0: none can win yet
};

struct EarlyLook {
  std::vector<Betting> events;  // those with a sham, in order of name
  int blocks = 0;               // whole ones
  double level = 0;             // timing's share of alpha

  /// All of them, none sooner than after StopRule::least_blocks; false where there are none.
  [[nodiscard]] bool may_stop(const StopRule& rule) const;
};

/// Looks after each block of `input` in turn, at the messages that begin before its last window is
/// over; a block that lost a trial is left out as if it had not been. Needs the design, trials,
/// messages and identities. Cost: blocks x messages.
[[nodiscard]] EarlyLook look_early(const ProofInput& input);

/// The slots of an event and its sham by what they show: `shows` by trial (index into the trials).
[[nodiscard]] HitPattern pattern_of(const Arms& arms, const std::vector<bool>& shows);

/// What bets on this pattern have earned under the lots as they fell, and its share.
[[nodiscard]] EValue earned_by(const HitPattern& pattern, const Arms& arms, const Stakes& stakes);

/// min(1, 1 / (share x e-value)): the chance that anything of the run ever earns as much, if the
/// lots of its event do not matter.
[[nodiscard]] double p_adjusted_of(const EValue& earned);

}  // namespace brewproof
