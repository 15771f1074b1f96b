#include "drivers/mdb/adapter_clock.h"

#include <algorithm>
#include <cstdlib>

namespace brewproof::mdb {

std::int64_t AdapterClock::longest(std::int64_t a, std::int64_t b) {
  const std::int64_t ns = (b - a) * tick_ns;
  const std::int64_t us = std::abs(b - a) * (tick_ns / 1000);
  return ns + (us * drift_ppm + 999) / 1000;  // rounded up
}

std::int64_t AdapterClock::shortest(std::int64_t a, std::int64_t b) { return -longest(b, a); }

void AdapterClock::not_after(std::int64_t ticks, std::int64_t host_ns) {
  if (const auto known = upper(ticks); known && *known <= host_ns) return;
  std::erase_if(uppers_, [&](const Anchor& other) {
    return host_ns + longest(ticks, other.ticks) <= other.host_ns;
  });
  if (uppers_.size() == most_anchors) uppers_.pop_front();
  uppers_.push_back({ticks, host_ns});
}

void AdapterClock::not_before(std::int64_t ticks, std::int64_t host_ns) {
  const std::int64_t began = ticks + 1;  // the next tick: the event lies before it
  if (const auto known = lower(began); known && *known >= host_ns) return;
  std::erase_if(lowers_, [&](const Anchor& other) {
    return host_ns + shortest(began, other.ticks) >= other.host_ns;
  });
  if (lowers_.size() == most_anchors) lowers_.pop_front();
  lowers_.push_back({began, host_ns});
}

std::optional<std::int64_t> AdapterClock::upper(std::int64_t ticks) const {
  std::optional<std::int64_t> best;
  for (const Anchor& anchor : uppers_) {
    const std::int64_t bound = anchor.host_ns + longest(anchor.ticks, ticks);
    best = std::min(best.value_or(bound), bound);
  }
  return best;
}

std::optional<std::int64_t> AdapterClock::lower(std::int64_t ticks) const {
  std::optional<std::int64_t> best;
  for (const Anchor& anchor : lowers_) {
    const std::int64_t bound = anchor.host_ns + shortest(anchor.ticks, ticks);
    best = std::max(best.value_or(bound), bound);
  }
  return best;
}

std::optional<AdapterClock::Bound> AdapterClock::at(std::int64_t ticks) const {
  const auto earliest = lower(ticks);
  const auto began = upper(ticks);
  if (!earliest || !began) return std::nullopt;
  // A tick is as long as the clock is coarse: the event lies within it.
  const std::int64_t latest = *began + longest(ticks, ticks + 1);
  if (*earliest > latest) return std::nullopt;
  return Bound{*earliest, latest};
}

}  // namespace brewproof::mdb
