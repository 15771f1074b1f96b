// What is known of an act, five answers apart, each with its own clock bracket: that it was
// commanded, that the device accepted it, that the device reports it when it is asked, that an
// independent sensor confirmed it (faults.md, ring 2), and that the machine booked it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace brewproof {

/// `Actuation::state` of level "reported" where the board cannot be asked.
inline constexpr const char* no_read_back = "no read-back";

/// One line of what a trial's act left. Times are CLOCK_MONOTONIC_RAW nanoseconds: the truth lies
/// between them.
struct Actuation {
  int trial = 0;
  int step = 0;         // of the trial's act, from 1
  std::string level;    // commanded, accepted, reported, confirmed, booked
  std::string control;  // "" where the trial as a whole was confirmed
  std::string state;    // on, off, pulse, vend ...; reported also "no read-back"
  std::int64_t begin_raw_ns = 0, end_raw_ns = 0;
  friend bool operator==(const Actuation&, const Actuation&) = default;
};

/// The five answers for one trial; absent: nobody can tell.
struct Answers {
  std::optional<bool> commanded, accepted, reported, confirmed, booked;
  friend bool operator==(const Answers&, const Answers&) = default;
};

/// Trials of which a part of the act was done by a board that cannot be asked.
[[nodiscard]] std::set<int> without_read_back(const std::vector<Actuation>& actuations);

/// By trial; trials without any actuation are left out.
[[nodiscard]] std::map<int, Answers> answers_of(const std::vector<Actuation>& actuations);

/// Trials of one arm that reached each level.
struct ActuationCount {
  std::string arm;  // "pay", "sham of pay"
  int commanded = 0;
  int reported = 0;     // every read-back of the trial agreed with its command
  int unreported = 0;   // its boards have none
  int confirmed = 0;    // by a sensor
  int unconfirmed = 0;  // a sensor was asked and saw nothing
  int accepted = 0;     // the device answered the command
  int booked = 0;       // by the machine itself
  int unbooked = 0;     // its books were read and do not have it
  friend bool operator==(const ActuationCount&, const ActuationCount&) = default;
};

}  // namespace brewproof
