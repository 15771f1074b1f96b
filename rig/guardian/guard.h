// The guardian process, whole: ready, watch, and when there is a reason, act. The program's main
// gives it the drivers.
#pragma once

#include <sys/types.h>

#include <string>

#include "rig/bench/driver.h"

namespace brewproof {

struct GuardSettings {
  std::string bench;   // path of the bench file
  std::string sha256;  // of the file that the controller read
  pid_t controller = -1;
  std::string log;  // guardian.log; "" = none
  int lock = -1;    // the inherited bench lock; -1 = none
};

/// Says `ready` on stdout once the bench file is read and checked, or what is wrong with it. Reads
/// the controller's words from stdin. Returns the exit code: 0 dismissed or everything safe, 3 not
/// everything is known to be safe, 2 it never was ready.
[[nodiscard]] int guard(const GuardSettings& settings, DriverTable drivers);

}  // namespace brewproof
