// The controller's side of `brewproof-capture`, the one process with CAP_NET_RAW. Started with the
// folder it writes 0001.pcapng ... into; ends on stop(), or by itself when this side dies (stdin
// end-of-file). Used from the loop's thread only.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rig/model/clock.h"
#include "rig/model/result.h"

namespace brewproof {

struct CaptureSettings {
  std::string program;    // path of brewproof-capture
  std::string interface;  // network interface
  std::string folder;     // existing, writable
  bool sentinel = true;   // off for passive taps, where nothing may be sent
  std::uint64_t segment_bytes = 64u << 20;
  /// The machine's addresses, as "02:c0:ff:ee:00:01": whose frames last_heard() is about; none:
  /// everybody's but the interface's own.
  std::vector<std::string> machine = {};
};

struct ClosedSegment {
  std::string file;  // "0001.pcapng"
  std::string sha256;
  std::uint64_t packets = 0;
};

/// CLOCK_MONOTONIC_RAW and CLOCK_REALTIME read together, at 1 Hz and at start and stop.
struct ClockPair {
  Instant at;
};

/// Something that damages the trials it touches.
struct CaptureDamage {
  std::string reason;  // "capture-gap", "clock-step"
  std::string text;
  std::int64_t from_real_ns = 0, to_real_ns = 0;  // the packets that are in doubt
};

/// What the capture process reported since the last poll.
struct CaptureReport {
  std::vector<ClosedSegment> segments;
  std::vector<ClockPair> clock;
  std::vector<CaptureDamage> damage;
};

struct CaptureSummary {
  CaptureReport last;         // what came after the last poll
  std::uint64_t packets = 0;  // written
  std::uint64_t dropped = 0;  // by the ring, cross-checked with the interface's own counters
  std::vector<std::string> offloads;  // tso, gso, gro ... found on: recorded per run
};

class CaptureProcess {
 public:
  /// Returns once the first sentinel was read back (or, with sentinel off, once the ring is live).
  /// Error `host` with the mend: no privilege, no such interface, program missing.
  [[nodiscard]] static Result<CaptureProcess> start(const CaptureSettings& settings);
  CaptureProcess(CaptureProcess&&) noexcept;
  CaptureProcess& operator=(CaptureProcess&&) noexcept;
  ~CaptureProcess();  // ends it where stop() was not called; its file is closed within 3 s

  /// What happened since the last poll; never blocks. Error `host`: the process died.
  [[nodiscard]] Result<CaptureReport> poll();
  /// Sends a sentinel and waits until it was captured, so that everything sent before it is on
  /// disk.
  [[nodiscard]] Result<void> sentinel();
  /// When the machine's last frame was captured, CLOCK_REALTIME; 0: none yet. What came in the last
  /// `unheard` may be missing.
  [[nodiscard]] Result<std::int64_t> last_heard();
  static constexpr std::chrono::milliseconds unheard{50};
  /// Last sentinel, drain, close, hash.
  [[nodiscard]] Result<CaptureSummary> stop();

 private:
  struct State;
  explicit CaptureProcess(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace brewproof
