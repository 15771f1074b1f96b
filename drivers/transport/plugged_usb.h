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
  std::string version = "";  // of USB that it speaks, "2.00", "3.20"
  std::string release = "";  // of the device itself, four hex digits: "0600"
  [[nodiscard]] bool super_speed() const { return version.starts_with('3'); }
};

/// All devices but root hubs, in the order of their sockets. Empty where the kernel has no USB.
[[nodiscard]] std::vector<PluggedUsb> list_plugged_usb();

/// The one in that socket, "1-1.4" or "usb1"; its texts are empty where there is none.
[[nodiscard]] PluggedUsb plugged_usb_at(const std::string& usb_path);

/// In the order of their sockets: 1-1.9 before 1-1.10.
[[nodiscard]] bool before_on_usb(const UsbIdentity& one, const UsbIdentity& other);

}  // namespace brewproof
