// One line of trials.jsonl: what was done in one slot, and when.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

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
  /// Excluded with its block: nothing was wrong with itself. Not in the file; the journal's damage
  /// tells it again.
  bool with_block = false;

  [[nodiscard]] std::int64_t origin_ns() const { return act_ns.value_or(start_ns); }
  friend bool operator==(const Trial&, const Trial&) = default;
};

/// Is it one of the two arms of this event? A pooled sham serves every event.
[[nodiscard]] inline bool is_of(const Trial& trial, const std::string& event) {
  return trial.event == event || (trial.sham && trial.event.empty());
}

/// The blocks that lost a trial, and so are lost whole.
[[nodiscard]] inline std::set<int> lost_blocks(const std::vector<Trial>& trials) {
  std::set<int> lost;
  for (const Trial& trial : trials)
    if (trial.block && trial.status == TrialStatus::excluded) lost.insert(*trial.block);
  return lost;
}

/// More unconfirmed acts than a run may have before it is INCONCLUSIVE as a whole. Of one event two
/// at least are asked: one fluke among few trials is not a deaf machine.
[[nodiscard]] constexpr bool too_many_unconfirmed(std::size_t unconfirmed, std::size_t acts) {
  return unconfirmed * 20 > acts;
}
inline constexpr std::size_t least_unconfirmed_of_event = 2;

}  // namespace brewproof
