// Where a plan stops for service: at block borders, before anything runs out. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rig/bench/bench_file.h"
#include "rig/model/plan.h"
#include "rig/model/result.h"
#include "rig/procedure/procedure_file.h"

namespace brewproof {

/// The stops that `plan` needs on this bench, which begins with everything at `holds`; none where
/// nothing runs out. Conditioning cups use consumables too. A reserve block that is needed comes
/// after all committed ones. Error `bad_file` where one block needs more than there is room for: a
/// stop is never inside a block.
[[nodiscard]] Result<std::vector<ServiceStop>> service_stops(const Plan& plan,
                                                             const ProcedureFile& procedure,
                                                             const BenchFile& bench);

/// What one slot uses of a consumable: by event, by pressed control, by parameter value. Shams use
/// nothing.
[[nodiscard]] std::int64_t units_of(const Consumable& consumable, const Slot& slot,
                                    const ProcedureFile& procedure);

/// A stop at which everything of the bench is put right.
[[nodiscard]] ServiceStop whole_service(const BenchFile& bench, int before_block);

/// "refill beans and clean drawer, then espresso for no score": what a stop is for.
[[nodiscard]] std::string what_to_do(const ServiceStop& stop);

/// How long is listened after an act before it is past: the longest window, at least the drain.
[[nodiscard]] std::int64_t listening_ns(const Plan& plan);

}  // namespace brewproof
