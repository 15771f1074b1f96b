// guardian.log: what the guardian did, as JSON lines in the run folder. Not part of the journal's
// chain: it is written by another process, after the journal's own writer is dead.
//
// Each line has `event`, `raw_ns`, `real_ns` and the event's own keys: `armed` (controller, bench),
// `fired` (why, end), `controller` (how it ended), `device` (resource, safe, rounds, off_raw_ns,
// outputs, fault), `done` (safe), `dismissed`.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "rig/model/clock.h"
#include "rig/model/result.h"

namespace brewproof {

/// Lines are stamped at once and written later: a disk that hangs must not keep an output on. What
/// cannot be written is given up. "" as path writes nothing.
class GuardianLog {
 public:
  GuardianLog(std::string path, Clock& clock) : path_(std::move(path)), clock_(clock) {}
  void note(const std::string& event, nlohmann::json body);
  /// Appends what was noted, synced.
  void write();

 private:
  std::string path_;
  Clock& clock_;
  std::string noted_;
};

/// What a run folder's guardian.log tells.
struct GuardianAccount {
  bool fired = false;
  bool safe = false;   // all boards are off, as far as they can tell
  std::string text;    // for people, one line
  bool whole = false;  // false: a line of it cannot be read
};

/// nullopt where the folder has none: no guardian watched, or nothing was ever begun.
[[nodiscard]] Result<std::optional<GuardianAccount>> read_guardian_log(const std::string& path);

}  // namespace brewproof
