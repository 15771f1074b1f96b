// May this user open a device node, and if not, what exactly to type.
#pragma once

#include <set>
#include <string>

#include "rig/command/doctor/check.h"

namespace brewproof {

struct NodeFacts {
  std::string node;       // "/dev/ttyUSB0"
  bool may_open = false;  // reading and writing, by this process
  std::string group;      // the node's
  bool group_may = false;
  std::string vid, pid;  // of a node that libusb opens; "" = a serial port
};

struct UserFacts {
  std::string name;
  std::set<std::string> now;      // groups of this process
  std::set<std::string> granted;  // groups of the user in /etc/group: take effect at login
};

[[nodiscard]] Check permission_check(const std::string& resource, const NodeFacts& node,
                                     const UserFacts& user);

/// A line for /etc/udev/rules.d that lets the group plugdev, and whoever sits at the station, open
/// the device.
[[nodiscard]] std::string udev_rule(const std::string& vid, const std::string& pid);

[[nodiscard]] NodeFacts ask_node(const std::string& node);
[[nodiscard]] UserFacts ask_user();

}  // namespace brewproof
