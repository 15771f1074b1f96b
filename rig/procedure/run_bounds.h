// What a person lets a run use at most: cups, and the time of day. A run ends at the border of a
// block before it would pass one of them, as a plan with fewer blocks would have. Neither looks at
// anything that the machine sends, so the number of trials owes nothing to the outcome, and the
// exact p of a fixed number of trials stays valid.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "rig/procedure/blocks.h"
#include "rig/procedure/procedure_file.h"

namespace brewproof {

struct RunBounds {
  std::optional<std::int64_t> max_cups = {};       // in all: of trials, and those for no score
  std::optional<std::int64_t> until_real_ns = {};  // the run is over by then
};

/// "max-cups" or "until": which of them would be passed; "" = none. `cups` and `real_ns` are what
/// the run would have reached.
[[nodiscard]] std::string bound_passed(const RunBounds& bounds, std::int64_t cups,
                                       std::int64_t real_ns);

/// What the acts of a block brew, with the cups for no score of a stop before it.
[[nodiscard]] std::int64_t cups_of(const Block& block, const Plan& plan,
                                   const ProcedureFile& procedure, const BenchFile& bench);

/// How long it takes at the least: observation, drain and jitter of its slots, and the listening
/// after the last.
[[nodiscard]] std::int64_t least_ns(const Block& block, const Plan& plan);

/// Of a run that has done nothing yet. Error `usage`: its first block alone would pass a bound.
[[nodiscard]] Result<void> may_begin_within(const RunBounds& bounds, const Plan& plan,
                                            const ProcedureFile& procedure, const BenchFile& bench,
                                            std::int64_t now_real_ns);

}  // namespace brewproof
