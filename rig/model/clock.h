// The one seam to time. Every instant is read on both clocks together: CLOCK_MONOTONIC_RAW orders
// and measures actions, CLOCK_REALTIME is what the kernel stamps packets with. Tests use a
// VirtualClock, on which a step or a drift can be made at will.
#pragma once

#include <chrono>
#include <cstdint>

namespace brewproof {

/// One moment on both clocks, in nanoseconds. `raw_ns` has an arbitrary origin (boot);
/// `real_ns` counts from 1970-01-01T00:00:00Z and may be stepped by others.
struct Instant {
  std::int64_t raw_ns = 0;
  std::int64_t real_ns = 0;
  friend bool operator==(const Instant&, const Instant&) = default;
};

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
  /// Sleeps until `raw_ns` on CLOCK_MONOTONIC_RAW. May return early when a signal arrives:
  /// callers look at the clock again.
  virtual void sleep_until(std::int64_t raw_ns) = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;
  void sleep_until(std::int64_t raw_ns) override;
};

/// Time that moves only when someone sleeps (or calls `advance`/`step`). Single-threaded.
class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(Instant start = {1'000'000'000, 1'760'000'000'000'000'000});
  [[nodiscard]] Instant now() const override { return now_; }
  void sleep_until(std::int64_t raw_ns) override;
  void advance(std::chrono::nanoseconds by);
  /// Moves CLOCK_REALTIME alone, as `date -s` or a careless NTP client does.
  void step(std::chrono::nanoseconds by) { now_.real_ns += by.count(); }

 private:
  Instant now_;
};

}  // namespace brewproof
