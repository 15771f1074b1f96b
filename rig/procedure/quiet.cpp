#include "rig/procedure/quiet.h"

#include <algorithm>

#include "rig/capture/capture_process.h"

namespace brewproof {
namespace {

constexpr std::int64_t least_wait_ns = 20'000'000;
constexpr std::int64_t unheard_ns = std::chrono::nanoseconds(CaptureProcess::unheard).count();

}  // namespace

Result<Quiet> wait_until_quiet(std::chrono::nanoseconds quiet, std::chrono::nanoseconds within,
                               const LastHeard& last_heard, Clock& clock, const Wait& wait) {
  const Instant begin = clock.now();
  const std::int64_t deadline_raw_ns = begin.raw_ns + within.count();
  while (true) {
    const Instant now = clock.now();  // before it is asked: what came later is the next round's
    const auto heard_ns = last_heard();
    if (!heard_ns) return tl::unexpected(heard_ns.error());
    const std::int64_t silent_since_ns = *heard_ns == 0 ? begin.real_ns : *heard_ns;
    const std::int64_t left_ns = silent_since_ns + quiet.count() + unheard_ns - now.real_ns;
    if (left_ns <= 0 || now.raw_ns >= deadline_raw_ns)
      return Quiet{left_ns <= 0, {begin, now}, *heard_ns};
    const std::int64_t next_raw_ns = now.raw_ns + std::max(left_ns, least_wait_ns);
    if (auto waited = wait(std::min(next_raw_ns, deadline_raw_ns)); !waited)
      return pass_on(std::move(waited));
  }
}

}  // namespace brewproof
