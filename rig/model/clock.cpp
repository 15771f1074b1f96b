#include "rig/model/clock.h"

#include <ctime>

namespace brewproof {
namespace {

std::int64_t read_clock(clockid_t id) {
  timespec t{};
  clock_gettime(id, &t);
  return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

}  // namespace

Instant SystemClock::now() const {
  return {read_clock(CLOCK_MONOTONIC_RAW), read_clock(CLOCK_REALTIME)};
}

void SystemClock::sleep_until(std::int64_t raw_ns) {
  // clock_nanosleep does not take CLOCK_MONOTONIC_RAW (clock_nanosleep(2)): sleep the difference.
  const std::int64_t left = raw_ns - read_clock(CLOCK_MONOTONIC_RAW);
  if (left <= 0) return;
  timespec t{left / 1'000'000'000, left % 1'000'000'000};
  clock_nanosleep(CLOCK_MONOTONIC, 0, &t, nullptr);
}

VirtualClock::VirtualClock(Instant start) : now_(start) {}

void VirtualClock::sleep_until(std::int64_t raw_ns) {
  if (raw_ns > now_.raw_ns) advance(std::chrono::nanoseconds(raw_ns - now_.raw_ns));
}

void VirtualClock::advance(std::chrono::nanoseconds by) {
  now_.raw_ns += by.count();
  now_.real_ns += by.count();
}

}  // namespace brewproof
