// Which USB devices this station has, as /sys/bus/usb/devices shows them: that needs no permission
// and opens nothing.
#pragma once

#include <string>
#include <vector>

#include "drivers/transport/usb_identity.h"

namespace brewproof {

struct PluggedUsb : UsbIdentity {
  std::string node;  // "/dev/bus/usb/001/004"; "" = not known
  bool hub = false;
};

/// All devices, in the order of their sockets. Empty where the kernel has no USB.
[[nodiscard]] std::vector<PluggedUsb> list_plugged_usb();

}  // namespace brewproof
