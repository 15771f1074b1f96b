// How the bench knows that an act happened: the sensors of the event's `confirm`. Thresholds and
// states must all hold at one look; each meter with `rises_by` is held against what it showed
// before the act. Talks to sensors only; called from one thread.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "rig/bench/condition.h"

namespace brewproof {

/// What the meters with `rises_by` showed before the act, by control.
using Bases = std::map<std::string, Meter::Reading>;

/// Reads them, each again for up to 2 s where it gives no reading: an answer that was lost must not
/// cost the block. Error: a meter that cannot be read.
[[nodiscard]] Result<Bases> read_bases(const std::vector<Condition>& conditions,
                                       const Measure& measure, Clock& clock, const Wait& wait);

/// What one meter with `rises_by` showed, in its SI unit.
struct Rise {
  std::string control, unit;
  Meter::Reading base;             // before the act
  Meter::Reading value;            // that decided: beyond the range, or at the end of its time
  std::optional<Bracket> reached;  // when it was first seen within the range
};

struct Sighting {
  std::optional<Bracket> met;  // when the last of them was; nullopt: the act is not confirmed
  std::string why_not;         // "scale rose by 12.3 g within 60 s, not by 30..60 g"
  std::vector<Rise> rises;
};

/// Looks until each condition is decided. A rise is looked at to the end of its `within`, because
/// it may not go beyond its range; having reached it is enough, so that a cup may be taken away.
/// Error: a sensor gave no reading at all, or a meter with `rises_by` none from the end of its time
/// on: the rig's fault, which says nothing of the machine.
[[nodiscard]] Result<Sighting> confirm_act(const std::vector<Condition>& conditions,
                                           const Bases& bases, const Measure& measure, Clock& clock,
                                           const Wait& wait, std::int64_t contact_raw_ns);

/// For the journal: base, value, when it was reached, with their times.
[[nodiscard]] nlohmann::json rises_json(const std::vector<Rise>& rises);

}  // namespace brewproof
