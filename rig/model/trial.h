// One line of trials.jsonl: what was done in one slot, and when.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "rig/model/value.h"

namespace brewproof {

enum class TrialStatus { ok, excluded, unconfirmed };

/// Times are CLOCK_REALTIME nanoseconds. `event` is the event also for a sham (`sham` true, where
/// the file says "event":"sham","of":event); it is "" for a pooled sham of all events.
struct Trial {
  int trial = 0;             // from 1
  std::optional<int> block;  // from 1; absent: the whole run was one draw
  std::string event;
  bool sham = false;
  std::int64_t start_ns = 0;           // before the first byte of the first step is written
  std::optional<std::int64_t> act_ns;  // the last contact, origin of latencies
  std::int64_t end_ns = 0;             // end of observation
  std::int64_t start_uncertainty_ns = 0;
  Parameters params;
  Parameters observed;
  std::string currency;
  TrialStatus status = TrialStatus::ok;
  std::string reason;

  [[nodiscard]] std::int64_t origin_ns() const { return act_ns.value_or(start_ns); }
  friend bool operator==(const Trial&, const Trial&) = default;
};

/// More unconfirmed acts than a run may have before it is INCONCLUSIVE as a whole. Of one event two
/// at least are asked: one fluke among few trials is not a deaf machine.
[[nodiscard]] constexpr bool too_many_unconfirmed(std::size_t unconfirmed, std::size_t acts) {
  return unconfirmed * 20 > acts;
}
inline constexpr std::size_t least_unconfirmed_of_event = 2;

}  // namespace brewproof
