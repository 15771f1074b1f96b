// The plan is a value: seed in, schedule out. It holds no ports, paths or times of day, so the same
// seed and files give the same plan on any station; its SHA-256 is journalled before the first act.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rig/model/trial.h"
#include "rig/model/value.h"

namespace brewproof {

/// A latency window after the last contact, in nanoseconds: [begin, end).
struct Window {
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
  friend auto operator<=>(const Window&, const Window&) = default;
};

/// How a parameter's values came about (statistics.md 1): only drawn ones carry provenance.
enum class ParameterKind { drawn, derived, observed };

struct ParameterDesign {
  ParameterKind kind = ParameterKind::drawn;
  bool unique = false;        // a different value in every trial: the matching law applies
  bool money = false;         // integer minor units of `currency`
  std::string currency;       // "" where it is not money
  std::vector<Value> levels;  // balanced small set; empty for unique parameters
  friend bool operator==(const ParameterDesign&, const ParameterDesign&) = default;
};

struct EventDesign {
  std::string sham;  // "none", "host" or "dummy: CONTROL"; "" = this event has no sham arm
  std::map<std::string, ParameterDesign> parameters;
  std::int64_t observe_ns = 0;
  friend bool operator==(const EventDesign&, const EventDesign&) = default;
};

/// The run ends at the border of a block once it is decided what each event with a sham sends
/// (rig/proof/early_stop.h).
struct StopRule {
  int least_blocks = 1;  // not before so many are done
  friend bool operator==(const StopRule&, const StopRule&) = default;
};

/// What the analysis must know of how the trials came about.
struct Design {
  std::map<std::string, EventDesign> events;
  std::vector<Window> windows;
  double alpha = 0.01;                        // family-wise, shared between timing and content
  std::uint64_t draws = 9999;                 // Westfall-Young re-draws
  std::uint64_t seed = 0;                     // of the plan and of the re-draws
  std::optional<std::int64_t> background_ns;  // longest background period declared
  std::optional<StopRule> stop = {};          // absent: the committed blocks are all done
  friend bool operator==(const Design&, const Design&) = default;
};

/// One slot of the plan. `event` names the event also in a sham slot.
struct Slot {
  int trial = 0;  // from 1; reserve slots go on counting
  int block = 0;  // from 1
  std::string event;
  bool sham = false;
  Parameters parameters;       // a sham slot holds those it would have used
  std::int64_t jitter_ns = 0;  // waited before the slot's onset
  friend bool operator==(const Slot&, const Slot&) = default;
};

/// A slot's trial before anything was done.
[[nodiscard]] inline Trial trial_of(const Slot& slot) {
  Trial trial;
  trial.trial = slot.trial;
  trial.block = slot.block;
  trial.event = slot.event;
  trial.sham = slot.sham;
  trial.params = slot.parameters;
  return trial;
}

/// What is put right at a stop.
struct ServiceTask {
  std::string consumable;
  std::string service;  // refill, clean, warm
  std::string by;       // the control that does it; "" = a person
  friend bool operator==(const ServiceTask&, const ServiceTask&) = default;
};

/// A stop for service, taken right before `before_block` begins; never inside a block.
struct ServiceStop {
  int before_block = 0;
  std::vector<ServiceTask> tasks;  // in the bench file's order
  std::vector<std::string> cups;   // controls pressed after them, for cups that count for nothing

  [[nodiscard]] bool attended() const {
    for (const ServiceTask& task : tasks)
      if (task.by.empty()) return true;
    return false;
  }
  friend bool operator==(const ServiceStop&, const ServiceStop&) = default;
};

struct Plan {
  std::string procedure;
  std::string nonce;  // "" = the seed was given
  Design design;
  int blocks = 0, per_block = 0, reserve_blocks = 0;
  std::int64_t idle_ns = 0, drain_ns = 0;
  std::vector<Slot> slots;         // the committed blocks in order
  std::vector<Slot> reserve;       // whole blocks that replace damaged ones, in order
  std::vector<ServiceStop> stops;  // by block; those of the reserve last
  std::set<int> passive_blocks;    // whose TLS the gateway lets be, though it intercepts elsewhere

  /// Does a run of it do nothing but listen?
  [[nodiscard]] bool soaks() const { return slots.empty() && reserve.empty() && idle_ns > 0; }
  friend bool operator==(const Plan&, const Plan&) = default;
};

}  // namespace brewproof
