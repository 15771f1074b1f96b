// An adapter's clock on the host's. What an adapter stamps has happened when its line arrives, and
// what a command causes happens after the command was written: each is an anchor, which bounds the
// host time of a tick from above or from below. Between anchors the clocks drift apart by no more
// than a limit, so every anchor bounds every tick, the worse the farther it is. The bound of a tick
// is the best of all, and holds as far as the limit does: no delay is taken for typical. Pure.
//
// The limit is that of two crystals of 100 ppm each, the adapter's and the host's. Anchors that
// contradict each other prove that it does not hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace brewproof::mdb {

class AdapterClock {
 public:
  static constexpr std::int64_t tick_ns = 100'000;
  static constexpr std::int64_t drift_ppm = 200;

  /// Tick `ticks` began at this host time or before: a line with this stamp has arrived.
  void not_after(std::int64_t ticks, std::int64_t host_ns);
  /// Tick `ticks` ended at this host time or after: its event came of a command written then.
  void not_before(std::int64_t ticks, std::int64_t host_ns);

  struct Bound {
    std::int64_t earliest_ns = 0, latest_ns = 0;
  };
  /// When something with this stamp happened. nullopt: not bounded from both sides, or the anchors
  /// contradict each other.
  [[nodiscard]] std::optional<Bound> at(std::int64_t ticks) const;

 private:
  struct Anchor {
    std::int64_t ticks = 0, host_ns = 0;
  };
  /// The longest and the shortest host time from tick `a` to tick `b`, in nanoseconds; negative
  /// where `b` is earlier.
  static std::int64_t longest(std::int64_t a, std::int64_t b);
  static std::int64_t shortest(std::int64_t a, std::int64_t b);
  [[nodiscard]] std::optional<std::int64_t> upper(std::int64_t ticks) const;
  [[nodiscard]] std::optional<std::int64_t> lower(std::int64_t ticks) const;

  // Only anchors that no other one makes needless; of these the last ones.
  static constexpr std::size_t most_anchors = 64;
  std::deque<Anchor> uppers_, lowers_;
};

}  // namespace brewproof::mdb
