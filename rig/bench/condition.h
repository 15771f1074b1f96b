// Waiting until meters say what a bench file's conditions ask for.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rig/bench/bench_file.h"

namespace brewproof {

/// Waits until CLOCK_MONOTONIC_RAW `raw_ns`; error `interrupted` when a person wants to stop now.
using Wait = std::function<Result<void>(std::int64_t raw_ns)>;

/// A meter control's present value.
using Measure = std::function<Result<Meter::Reading>(const std::string& control)>;

/// Waits until every condition has held for its `for` time. `deadline_raw_ns` bounds the wait;
/// nullopt: not met in time. A meter that fails is an error only if no reading at all succeeded.
[[nodiscard]] Result<std::optional<Instant>> wait_until_met(
    const std::vector<MeterCondition>& conditions, const Measure& measure, Clock& clock,
    const Wait& wait, std::int64_t deadline_raw_ns);

}  // namespace brewproof
