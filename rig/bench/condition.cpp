#include "rig/bench/condition.h"

#include <algorithm>

namespace brewproof {
namespace {

constexpr std::int64_t poll_interval_ns = 10'000'000;
constexpr std::int64_t ready_within_ns = 600'000'000'000;

bool holds(const Condition& condition, double value) {
  return (!condition.above || value > *condition.above) &&
         (!condition.below || value < *condition.below);
}

}  // namespace

Result<std::optional<Bracket>> wait_until_met(const std::vector<Condition>& conditions,
                                              const Measure& measure, Clock& clock,
                                              const Wait& wait, std::int64_t deadline_raw_ns) {
  std::vector<std::optional<std::int64_t>> held_since(conditions.size());
  std::vector<std::optional<Error>> failures(conditions.size());
  std::vector<bool> was_read(conditions.size());
  do {
    bool all = true;
    const Instant asked = clock.now();
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      const auto reading = measure(conditions[i].control);
      if (!reading) {
        failures[i] = reading.error();
        all = false;
        continue;
      }
      was_read[i] = true;
      if (!holds(conditions[i], reading->value)) {
        held_since[i].reset();
        all = false;
        continue;
      }
      if (!held_since[i]) held_since[i] = reading->at.raw_ns;
      all = all && reading->at.raw_ns - *held_since[i] >= conditions[i].hold.count();
    }
    if (all) return Bracket{asked, clock.now()};
    if (auto waited = wait(std::min(clock.now().raw_ns + poll_interval_ns, deadline_raw_ns));
        !waited)
      return pass_on(std::move(waited));
  } while (clock.now().raw_ns < deadline_raw_ns);
  for (std::size_t i = 0; i < conditions.size(); ++i)
    if (failures[i] && !was_read[i]) return tl::unexpected(*failures[i]);
  return std::nullopt;
}

Result<Bracket> wait_until_ready(const BenchFile& bench, const Measure& measure, Clock& clock,
                                 const Wait& wait) {
  std::int64_t within = ready_within_ns;
  for (const Condition& condition : bench.ready)
    if (condition.within.count() > 0) within = std::min(within, condition.within.count());
  auto met = wait_until_met(bench.ready, measure, clock, wait, clock.now().raw_ns + within);
  if (!met) return pass_on(std::move(met));
  if (*met) return **met;
  return fail(
      ErrorCode::timeout,
      "the machine was not ready within {} s ({}): look whether it waits for water, beans, an "
      "empty tray, or a person",
      within / 1'000'000'000, bench.ready.empty() ? "" : bench.ready.front().place);
}

}  // namespace brewproof
