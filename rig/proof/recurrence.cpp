#include "rig/proof/recurrence.h"

#include <algorithm>
#include <cstdlib>

#include "rig/proof/traffic.h"

namespace brewproof {
namespace {

constexpr std::int64_t gaps_apart = 8;            // times: the two groups of gaps
constexpr std::size_t least_gaps = 3;             // of the longer group, of a period
constexpr std::int64_t steady_tenths = 10;        // a tenth of the period
constexpr std::int64_t shortest_gap = 1'000'000;  // shorter ones are as long

/// Gaps up to this one lie within a go; 0: none does.
std::int64_t gap_within(std::vector<std::int64_t> gaps) {
  std::ranges::sort(gaps);
  std::int64_t within = 0;
  double widest = static_cast<double>(gaps_apart);
  for (std::size_t i = 0; i + least_gaps < gaps.size(); ++i) {
    const double step = static_cast<double>(gaps[i + 1]) / static_cast<double>(gaps[i]);
    if (step < widest) continue;
    widest = step;
    within = gaps[i];
  }
  return within;
}

/// Up to the next of what a person would write.
std::int64_t rounded_up(std::int64_t ns) {
  constexpr std::int64_t ms = 1'000'000, s = 1'000 * ms, min = 60 * s;
  const std::int64_t step = ns < s ? 10 * ms : ns < 10 * s ? 100 * ms : ns < 10 * min ? s : min;
  return (ns + step - 1) / step * step;
}

}  // namespace

Rhythm rhythm_of(const std::vector<std::int64_t>& times_ns) {
  Rhythm rhythm;
  std::vector<std::int64_t> gaps;
  for (std::size_t i = 1; i < times_ns.size(); ++i)
    gaps.push_back(std::max(times_ns[i] - times_ns[i - 1], shortest_gap));
  const std::int64_t within = gap_within(gaps);
  // A go begins with its first message.
  std::vector<std::int64_t> begins;
  for (std::size_t i = 0; i < times_ns.size(); ++i)
    if (i == 0 || gaps[i - 1] > within) begins.push_back(times_ns[i]);
  rhythm.times = begins.size();
  if (begins.size() < least_gaps + 1) return rhythm;
  gaps.clear();
  for (std::size_t i = 1; i < begins.size(); ++i) gaps.push_back(begins[i] - begins[i - 1]);
  std::ranges::sort(gaps);
  rhythm.period_ns = gaps[gaps.size() / 2];
  rhythm.longest_ns = gaps.back();
  rhythm.jitter_ns = std::max(gaps.back() - *rhythm.period_ns, *rhythm.period_ns - gaps.front());
  rhythm.gaps = gaps.size();
  for (const std::int64_t gap : gaps) {
    const std::int64_t off = std::abs(gap - *rhythm.period_ns);
    if (off * steady_tenths > *rhythm.period_ns) continue;
    ++rhythm.steady_gaps;
    rhythm.steady_ns = std::max(rhythm.steady_ns, off);
  }
  return rhythm;
}

Soak measure_background(const std::vector<KeptMessage>& messages,
                        const std::vector<std::string>& identities, std::int64_t lasted_ns,
                        const Plan& plan) {
  Soak soak;
  soak.lasted_ns = lasted_ns;
  const Traffic traffic = read_traffic(messages, identities);
  for (const Signature& signature : traffic.signatures) {
    std::vector<std::int64_t> times;
    times.reserve(signature.messages.size());
    for (const std::size_t m : signature.messages) times.push_back(traffic.messages[m]->time_ns);
    const Rhythm rhythm = rhythm_of(times);
    soak.kinds.push_back({signature.destination, signature.protocol, signature.tls,
                          signature.message, signature.messages.size(), rhythm.times,
                          rhythm.period_ns, rhythm.jitter_ns, rhythm.longest_ns});
    if (rhythm.longest_ns)
      soak.background_ns = std::max(soak.background_ns.value_or(0), rounded_up(*rhythm.longest_ns));
  }
  // Of as many the first in order of signature.
  std::vector<Recurrence> sorted;
  for (Recurrence& kind : soak.kinds)
    sorted.insert(
        std::ranges::upper_bound(sorted, kind.count, std::greater<>(), &Recurrence::count),
        std::move(kind));
  soak.kinds = std::move(sorted);
  if (!soak.background_ns) return soak;
  std::int64_t slot = 0;
  for (const auto& [name, event] : plan.design.events)
    slot = std::max(slot, event.observe_ns + plan.drain_ns);
  soak.jitter_ns = rounded_up(std::min(*soak.background_ns, 2 * slot));
  return soak;
}

}  // namespace brewproof
