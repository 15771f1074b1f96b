// What a machine sends while nobody does anything, and how regularly: measured in a run without any
// act, so that a design can declare it (design.background).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rig/model/finding.h"
#include "rig/model/kept_message.h"
#include "rig/model/plan.h"

namespace brewproof {

/// How often something came, from the times at which it did.
struct Rhythm {
  std::size_t times = 0;  // what comes in one go counts once
  /// Between two times; absent: it came less than four times.
  std::optional<std::int64_t> period_ns;   // the median
  std::optional<std::int64_t> jitter_ns;   // the greatest departure from it
  std::optional<std::int64_t> longest_ns;  // the longest
  std::size_t gaps = 0, steady_gaps = 0;   // all; those within a tenth of the period
  std::int64_t steady_ns = 0;              // how far these depart from it, at most
};

/// `times_ns` in order. Messages come in one go where the gaps fall into two groups, eight times
/// apart, with three gaps at least in the longer one: those in the shorter one are within a go.
[[nodiscard]] Rhythm rhythm_of(const std::vector<std::int64_t>& times_ns);

/// Every kind of message that the machine sent, the commonest first, and what a design has to
/// declare by it: a background as long as the longest gap of a kind that came four times at least,
/// an idle phase as long, and the jitter that a background of that length asks for (the shorter of
/// it and two slots of `plan`), each rounded up. DNS look-ups that serve a conversation are left
/// out. `messages`: in both directions, any order.
[[nodiscard]] Soak measure_background(const std::vector<KeptMessage>& messages,
                                      const std::vector<std::string>& identities,
                                      std::int64_t lasted_ns, const Plan& plan);

}  // namespace brewproof
