// Does the event cause the message? One test for each (event, node, window), by the acts that show
// the node or, where windows overlap, by those that have a message of their own; and where messages
// are few one for each k, whether they come with every k-th act. The exact p of each is adjusted
// for everything that was looked at.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "rig/model/finding.h"
#include "rig/model/plan.h"
#include "rig/proof/arms.h"
#include "rig/proof/lot_walk.h"
#include "rig/proof/presence.h"
#include "rig/proof/sight.h"
#include "rig/proof/stratified.h"

namespace brewproof {

/// What is counted of what is seen: 0 = acts that show it; 1 = acts with a message of their own
/// (own_messages.h); k = messages with every k-th act (every_kth.h), of the event or of all events.
struct Counting {
  std::size_t every = 0;
  bool all_events = false;
};

struct TimingTest {
  std::size_t event = 0, node = 0, window = 0;  // indices
  std::vector<BlockCount> blocks;               // slots that show it, by the event's strata
  std::vector<std::size_t> block_hits;          // acts that show it, by stratum
  std::size_t event_hits = 0, sham_hits = 0;
  Counting how;           // what p is of,
  std::size_t score = 0;  // and how many that is
  double smallest_p = 1;  // of any fall of the lots
  double p = 1;
  double p_adjusted = 1;
  std::size_t draws = 0;               // that it is from; 0 = it was not adjusted
  std::optional<EValue> e_value = {};  // what p is of in a run that its rule stopped
};

/// What `seen` (one bit a position) counts by stratum: without p, event, node and window.
[[nodiscard]] TimingTest count_presence(const Arms& arms, const Bits& seen);

/// As it is told in findings.json.
[[nodiscard]] std::optional<Scored> counted_by(const TimingTest& test);

/// Which tests are made of what is seen: {1} where messages are shared ({0} where its law would
/// cost too much, none where there is enough for all), else 0 and every possible k, of the event
/// and, where slots of others show the node too, of all events.
[[nodiscard]] std::vector<Counting> tests_of(const Sight& sight, const Arms& arms);

/// The walk of `how.every`, 1 or more.
[[nodiscard]] LotWalk lot_walk_of(const Sight& sight, const Arms& arms, Counting how);

/// One such test with its exact p; without event, node, window and p_adjusted.
[[nodiscard]] TimingTest test_by(const Sight& sight, const Arms& arms, Counting how);

/// Tests that no fall of the lots could bring to this p are left out of the family before the lots
/// are looked at (they cannot change any verdict at a lower level): their p_adjusted stays 1.
inline constexpr double hopeless_p = 0.05;
/// And so does that of every test whose own p is above this.
[[nodiscard]] constexpr double most_adjusted(double level) { return std::max(hopeless_p, level); }

struct TimingFamily {
  std::vector<TimingTest> tests;  // of every (event, node, window) that was seen at all
  std::size_t looked_at = 0;      // tests that could reach hopeless_p: the family
  std::size_t distinct = 0;       // different patterns among them
};

[[nodiscard]] TimingFamily test_timing(const std::vector<Arms>& arms, const Sights& sights,
                                       const std::vector<Node>& nodes, const Presence& presence,
                                       const std::vector<Window>& windows, std::uint64_t seed,
                                       std::uint64_t draws, double level);

}  // namespace brewproof
