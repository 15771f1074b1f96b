// Where a resource's board is plugged in, and whether it is the same appearance of it: from sysfs,
// without opening it. Two boards of one make that have no serial number cannot be told apart by
// what they answer; the socket and the plugging in are all there is.
#pragma once

#include <string>

#include "rig/bench/driver.h"

namespace brewproof {

struct BoardPlace {
  std::string place;   // "usb 1-1.4"; of a port that is not on USB its device, links followed
  std::string serial;  // the adapter's serial number; "" = it has none
  /// Changes whenever the board is plugged in or the station starts; "" where the board is not on
  /// USB.
  std::string appearance;
  friend bool operator==(const BoardPlace&, const BoardPlace&) = default;
};

/// `place` is "" where nothing is found: the driver will say what is missing.
[[nodiscard]] BoardPlace place_of(const ResourceConfig& resource,
                                  const std::string& sysfs = "/sys");

}  // namespace brewproof
