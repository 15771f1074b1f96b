// The capture from the first sentinel to the last: one thread, one poll loop. Reads the ring,
// writes segments, sends sentinels on command and keeps watch over clocks and drops. What the ring
// hands out stands in the file at once, for readers that follow it. The disk may stall for as long
// as the ring's 64 MiB last.
#pragma once

#include <optional>
#include <string>

#include "rig/capture/clock_watch.h"
#include "rig/capture/drop_watch.h"
#include "rig/capture/live/network_link.h"
#include "rig/capture/live/packet_ring.h"
#include "rig/capture/live/reporter.h"
#include "rig/capture/live/segments.h"
#include "rig/capture/live/sentinel.h"

namespace brewproof {

class LiveCapture {
 public:
  /// Ring, sockets and the first file are open after this. Error `host` with the mend. `clock` and
  /// `reporter` must outlive it.
  [[nodiscard]] static Result<LiveCapture> open(const CaptureSettings& settings, const Clock& clock,
                                                Reporter& reporter);

  /// Runs until the line `stop` or the end of `commands` (a descriptor), then closes the last
  /// file. An error says what ended the capture before: disk full, interface gone.
  [[nodiscard]] Result<void> run(int commands);

 private:
  enum class Phase { starting, capturing, stopping, draining, done };
  LiveCapture(const CaptureSettings& settings, const Clock& clock, Reporter& reporter,
              PacketRing ring, const NetworkLink& link);

  Result<void> capture(int commands);
  Result<void> take(const Packet& packet);
  Result<void> read_ring();
  void read_commands(int commands);
  void obey(const std::string& command);
  void begin_drain();
  void report_ready();

  [[nodiscard]] bool is_of_machine(const Packet& packet) const;

  Result<void> send_sentinel();
  Result<void> sentinel_returned();
  Result<void> sentinel_failed(const std::string& text);
  Result<void> tend_sentinel();

  Result<void> keep_watch();
  void watch_clock();
  Result<void> look_at_counters();
  void watch_link(bool up);
  Result<void> close();
  [[nodiscard]] int poll_timeout_ms() const;

  CaptureSettings settings_;
  const Clock* clock_;
  Reporter* reporter_;
  PacketRing ring_;
  NetworkLink link_;
  std::vector<std::string> offloads_;
  Segments segments_;
  Instant started_;
  ClockWatch clock_watch_;
  DropWatch drop_watch_;
  Descriptor clock_set_;  // timerfd that is cancelled when CLOCK_REALTIME is set
  std::optional<Sentinel> sentinel_;

  Phase phase_ = Phase::starting;
  std::string command_text_;  // of an unfinished line
  bool commands_open_ = true;

  int sentinels_wanted_ = 0;  // by commands, not yet answered
  bool under_way_ = false;    // a sentinel was sent and is not back
  bool returned_ = false;     // it was read from the ring; what follows from that is due
  std::int64_t sent_raw_ns_ = 0, repeated_raw_ns_ = 0;
  std::int64_t proven_real_ns_ = 0;  // what was sent until here came through the capture
  std::int64_t seen_up_real_ns_ = 0;
  std::optional<std::int64_t> off_since_real_ns_;

  std::int64_t clock_due_raw_ns_ = 0, counters_due_raw_ns_ = 0;
  std::int64_t drain_until_raw_ns_ = 0, drain_until_real_ns_ = 0;
  std::int64_t newest_packet_ns_ = 0;
  std::int64_t heard_real_ns_ = 0;  // the machine's last frame
};

}  // namespace brewproof
