// Network interfaces, as brewproof-capture sees them: it is the one program that may listen.
#pragma once

#include <string>
#include <vector>

#include "rig/model/result.h"

namespace brewproof {

struct FoundInterface {
  std::string name;
  bool loopback = false;
  bool up = false;       // switched on
  bool carrier = false;  // a partner is at the other end
  std::string mac;
  int speed_mbit = 0;                  // 0 = not known
  std::vector<std::string> addresses;  // IPv4 and IPv6
  std::vector<std::string> offloads;   // ethtool's short names of what rewrites frames
  bool may_capture = false;
  std::string obstacle;            // why not, with the mend
  std::vector<std::string> heard;  // MACs that sent something just now, the busiest first
};

/// Asks `brewproof-capture --check` about each. Error `host`: the program did not answer.
[[nodiscard]] Result<std::vector<FoundInterface>> check_interfaces(
    const std::vector<std::string>& names);

/// All interfaces of this network namespace, in the kernel's order. Where the capture program does
/// not answer, that is each one's obstacle.
[[nodiscard]] std::vector<FoundInterface> list_interfaces();

}  // namespace brewproof
