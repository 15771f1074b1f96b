// What one run claims, looked for in the packets of another: the same part of the same unit, after
// the same event, in the same window.
#pragma once

#include <string>
#include <vector>

#include "rig/proof/same_units.h"

namespace brewproof {

/// The event's arms in a run; nullptr: it was not done there.
[[nodiscard]] const Arms* arms_of(const Workings& workings, const std::string& event);
/// Real acts or shams that count, by time.
[[nodiscard]] std::vector<const Trial*> trials_of(const RunView& run, const Arms& arms, bool acts);

/// What a claim counts, as it can be counted anywhere.
struct Counted {
  std::size_t unit = 0;
  NodeMark mark;
  bool of_records = false;
};

/// Something that begins at a time, give or take.
struct MessageBegin {
  std::int64_t time_ns = 0;
  const KeptMessage* message = nullptr;
  const KeptMessage* carrier = nullptr;
};

struct Begins {
  std::vector<MessageBegin> all;  // by time
  std::int64_t tolerance_ns = 0;
};

[[nodiscard]] Begins begins_of(const Counted& counted, std::size_t run, const RunView& view,
                               const SameUnits& units);

/// The first that falls into each trial's window: a row for each trial that shows it.
[[nodiscard]] std::vector<FieldRow> shown(const std::vector<const Trial*>& trials,
                                          const Begins& begins, const Window& window);

}  // namespace brewproof
