// Statistics for which the order of the slots matters. Each is a walk over the slots of an event
// and its sham in order of time: a slot takes it from state to state, one way as an act, another as
// a sham, and as an act it may score. The messages decide where the ways lead, the lots which are
// taken. So under "the lots do not matter" the law of the score is exact: every fall of the lots is
// followed, slot by slot, those that are in the same state with the same score together.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "rig/proof/arms.h"
#include "rig/proof/stratified.h"

namespace brewproof {

struct LotWalk {
  struct Step {
    std::uint16_t to = 0;
    bool scores = false;
  };
  using Ways = std::array<Step, 2>;  // as a sham, as an act; only an act scores
  std::size_t states = 1;            // it begins in state 0
  std::vector<Ways> ways;            // of position p in state s: p * states + s
};

/// Do the positions follow one another in time? A walk makes no sense otherwise.
[[nodiscard]] bool in_order_of_time(const Arms& arms, const std::vector<Trial>& trials);

/// The score under these lots.
[[nodiscard]] std::size_t score_of(const LotWalk& walk, const Bits& acts);

/// Its exact law, when lots fall within the strata as they were dealt; without zeros at the end.
[[nodiscard]] Law law_of(const LotWalk& walk, const Arms& arms);

/// Additions that the law of a walk of so many states takes at most. Past `most_walked` the test is
/// left to presence alone.
[[nodiscard]] std::size_t cost_of_law(std::size_t states, const Arms& arms);
inline constexpr std::size_t most_walked = 1 << 24;

}  // namespace brewproof
