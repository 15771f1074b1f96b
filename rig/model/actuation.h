// What is known of an act, level by level, each with its own clock bracket: that it was commanded,
// that the board reports it, that an independent sensor confirmed it (faults.md, ring 2).
#pragma once

#include <cstdint>
#include <string>

namespace brewproof {

/// One line of what a trial's act left. Times are CLOCK_MONOTONIC_RAW nanoseconds: the truth lies
/// between them.
struct Actuation {
  int trial = 0;
  int step = 0;         // of the trial's act, from 1
  std::string level;    // commanded, reported, confirmed
  std::string control;  // "" where the trial as a whole was confirmed
  std::string state;    // on, off, pulse, vend ...; reported also "no read-back"
  std::int64_t begin_raw_ns = 0, end_raw_ns = 0;
  friend bool operator==(const Actuation&, const Actuation&) = default;
};

/// Trials of one arm that reached each level.
struct ActuationCount {
  std::string arm;  // "pay", "sham of pay"
  int commanded = 0;
  int reported = 0;     // every read-back of the trial agreed with its command
  int unreported = 0;   // its boards have none
  int confirmed = 0;    // by a sensor
  int unconfirmed = 0;  // a sensor was asked and saw nothing
  friend bool operator==(const ActuationCount&, const ActuationCount&) = default;
};

}  // namespace brewproof
