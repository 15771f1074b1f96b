// A network interface as the kernel describes it, over rtnetlink and ethtool: /sys/class/net shows
// the host's interfaces inside a network namespace. Needs no privilege.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "rig/capture/drop_watch.h"
#include "rig/model/result.h"

namespace brewproof {

using MacAddress = std::array<std::uint8_t, 6>;

/// "02:c0:ff:ee:00:01"
[[nodiscard]] std::string to_text(const MacAddress& mac);

struct NetworkLink {
  int index = 0;
  bool ethernet = false;
  bool loopback = false;
  bool up = false;       // switched on
  bool carrier = false;  // a partner is at the other end
  MacAddress mac{};
  InterfaceCounters counters;
};

/// Error `host` names the interfaces that there are.
[[nodiscard]] Result<NetworkLink> read_link(const std::string& interface);

/// What merges, splits or rewrites frames on this interface, in ethtool's short names: "tso",
/// "gso", "gro", "lro", "tx" and "rx" (checksums). Empty where the driver offers none.
[[nodiscard]] std::vector<std::string> read_offloads(const std::string& interface);

/// Mbit/s as ethtool has it; 0 where the driver does not know (no cable, wireless).
[[nodiscard]] int read_speed(const std::string& interface);

}  // namespace brewproof
