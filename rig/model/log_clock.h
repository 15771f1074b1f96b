// How the clock of an action log that was made elsewhere was held against the clock of the
// captures. A run of ours has one clock, and none of this.
#pragma once

#include <cstdint>
#include <string>

namespace brewproof {

struct ClockRange {
  std::int64_t from_ns = 0, to_ns = 0;  // CLOCK_REALTIME
  friend bool operator==(const ClockRange&, const ClockRange&) = default;
};

struct LogClock {
  /// "stated": a person said the offset; "sentinels": the rig's own frames in the captures told it;
  /// "unchecked": nobody did, and the log is taken as it is.
  std::string how = "unchecked";
  /// How far the log's clock is ahead of the captures'; taken off the log's times before anything
  /// else is done with them.
  std::int64_t offset_ns = 0;
  std::int64_t uncertainty_ns = 0;  // of "sentinels": so much more or less
  /// Of "unchecked": "no-sentinels", "sentinels-ambiguous" (they leave more than one offset),
  /// "sentinels-rough" (they tell it less exactly than a tenth of the longest window; what they
  /// tell is taken off all the same), "sentinels-disagree" (they fit the log at no offset).
  std::string why_unchecked;
  ClockRange log, captures;     // the trials as logged; the packets
  int trials = 0, outside = 0;  // those that lie wholly before or behind all packets, once mended
  friend bool operator==(const LogClock&, const LogClock&) = default;

  [[nodiscard]] bool unchecked() const { return how == "unchecked"; }
  [[nodiscard]] bool elsewhere() const { return trials > 0 && outside == trials; }
};

/// Something about a log made elsewhere that may be right and seldom is.
struct LogRemark {
  std::string what;   // "numbers-missing", "overlap", "event-resembles"
  int trials = 0;     // how many it is about
  int first = 0;      // number of the first of them
  std::string event;  // of "event-resembles": the one, and which it may have been meant to be
  std::string like;
  friend bool operator==(const LogRemark&, const LogRemark&) = default;
};

}  // namespace brewproof
