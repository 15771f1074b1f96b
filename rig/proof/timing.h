// Does the event cause the message? One test for each (event, node, window): the exact stratified
// p of the acts that show the node, adjusted for everything that was looked at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rig/model/plan.h"
#include "rig/proof/arms.h"
#include "rig/proof/presence.h"
#include "rig/proof/stratified.h"

namespace brewproof {

struct TimingTest {
  std::size_t event = 0, node = 0, window = 0;  // indices
  std::vector<BlockCount> blocks;               // in order of the event's strata
  std::vector<std::size_t> block_hits;          // acts that show it, by stratum
  std::size_t event_hits = 0, sham_hits = 0;
  double smallest_p = 1;  // of any fall of the lots
  double p = 1;
  double p_adjusted = 1;
};

/// What `seen` (one bit a position) counts by stratum: without p, event, node and window.
[[nodiscard]] TimingTest count_presence(const Arms& arms, const Bits& seen);

/// Tests that no fall of the lots could bring to this p are left out of the family before the lots
/// are looked at (they cannot change any verdict at a lower level): their p_adjusted stays 1.
inline constexpr double hopeless_p = 0.05;

struct TimingFamily {
  std::vector<TimingTest> tests;  // every (event, node, window) that was seen at all
  std::size_t looked_at = 0;      // tests that could reach hopeless_p: the family
  std::size_t distinct = 0;       // different hit patterns among them
};

[[nodiscard]] TimingFamily test_timing(const std::vector<Arms>& arms, const Presence& presence,
                                       std::size_t windows, std::uint64_t seed,
                                       std::uint64_t draws);

}  // namespace brewproof
