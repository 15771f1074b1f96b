// A device's own MAC address, as a bench file writes it.
#pragma once

#include <string>

#include "rig/yaml/node.h"

namespace brewproof {

/// "02:C0:ff:ee:00:01" in lower case; "" and a fault where it is none, or a group's.
[[nodiscard]] std::string read_mac(const yaml::Node& node);

}  // namespace brewproof
