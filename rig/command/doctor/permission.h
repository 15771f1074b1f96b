// May this user open a device node, and if not, what exactly to type.
#pragma once

#include <set>
#include <string>

#include "drivers/transport/usb_identity.h"
#include "rig/command/doctor/check.h"

namespace brewproof {

struct NodeFacts {
  std::string node;       // "/dev/ttyUSB0"
  bool may_open = false;  // reading and writing, by this process
  std::string group;      // the node's
  bool group_may = false;
  UsbIdentity usb;  // of a node that libusb opens; no vid: a serial port
};

struct UserFacts {
  std::string name;
  std::set<std::string> now;      // groups of this process
  std::set<std::string> granted;  // groups of the user in /etc/group: take effect at login
};

[[nodiscard]] Check permission_check(const std::string& resource, const NodeFacts& node,
                                     const UserFacts& user);

[[nodiscard]] NodeFacts ask_node(const std::string& node);
[[nodiscard]] UserFacts ask_user();

}  // namespace brewproof
