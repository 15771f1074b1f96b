// Counters of lost packets, and the time ranges in which they were lost. Pure: it is told the
// counters and the times.
#pragma once

#include <cstdint>
#include <optional>

#include "rig/capture/capture_process.h"
#include "rig/capture/pcapng_writer.h"

namespace brewproof {

/// What the interface itself has counted since it came up (rtnetlink, IFLA_STATS64).
struct InterfaceCounters {
  std::uint64_t received = 0, sent = 0;  // packets
  std::uint64_t missed = 0;              // no room in the card or its driver
};

class DropWatch {
 public:
  DropWatch(const InterfaceCounters& interface, std::int64_t real_ns)
      : interface_start_(interface), interface_(interface), last_real_ns_(real_ns) {}

  /// Call at short, regular intervals with the ring's counters since its start: what was lost, was
  /// lost between the last call and this one. Damage is "capture-gap".
  [[nodiscard]] std::optional<CaptureDamage> observe(const CaptureCounters& ring,
                                                     const InterfaceCounters& interface,
                                                     std::int64_t real_ns);

  /// At the end: whether the interface counted packets that never reached the tap. Only for links
  /// on which the two count the same (no offloads that merge or split, no loopback).
  [[nodiscard]] std::optional<CaptureDamage> cross_check(std::int64_t from_real_ns) const;

  /// Since the start; `interface_dropped` holds what the card missed.
  [[nodiscard]] CaptureCounters total() const;

 private:
  InterfaceCounters interface_start_, interface_;
  CaptureCounters ring_;
  std::int64_t last_real_ns_;
};

}  // namespace brewproof
