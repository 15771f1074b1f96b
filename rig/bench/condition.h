// Waiting until sensors say what a bench file's conditions ask for.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rig/bench/bench_file.h"

namespace brewproof {

/// Waits until CLOCK_MONOTONIC_RAW `raw_ns`; error `interrupted` when a person wants to stop now.
using Wait = std::function<Result<void>(std::int64_t raw_ns)>;

/// How often what waits for something looks again, at the stop request too.
inline constexpr std::int64_t nap_ns = 20'000'000;

/// Two moments between which something was so.
struct Bracket {
  Instant begin, end;
};

/// A sensor control's present value.
using Measure = std::function<Result<Meter::Reading>(const std::string& control)>;

/// Waits until every condition has held for its `for` time. `deadline_raw_ns` bounds the wait;
/// nullopt: not met in time; else when the sensors were last asked and had answered. A sensor that
/// fails is an error only if it gave no reading at all. Conditions with `rises_by` are not for
/// this.
[[nodiscard]] Result<std::optional<Bracket>> wait_until_met(
    const std::vector<Condition>& conditions, const Measure& measure, Clock& clock,
    const Wait& wait, std::int64_t deadline_raw_ns);

/// Waits until the bench's `ready` holds: as long as the shortest `within` of it, at most ten
/// minutes. Error `timeout` says what to look at.
[[nodiscard]] Result<Bracket> wait_until_ready(const BenchFile& bench, const Measure& measure,
                                               Clock& clock, const Wait& wait);

}  // namespace brewproof
