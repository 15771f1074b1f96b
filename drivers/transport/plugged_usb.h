// Which USB devices this station has, as /sys/bus/usb/devices shows them: that needs no permission
// and opens nothing.
#pragma once

#include <string>
#include <vector>

namespace brewproof {

struct PluggedUsb {
  std::string usb_path;  // bus and sockets, "1-1.4", as `usb: {path: ...}` of a bench file
  std::string vid, pid;  // four lower-case hex digits
  std::string serial;    // "" = the device has none
  std::string manufacturer, product;  // as the device calls itself
  std::string node;                   // "/dev/bus/usb/001/004"; "" = not known
  bool hub = false;
};

/// All devices, in the order of their sockets. Empty where the kernel has no USB.
[[nodiscard]] std::vector<PluggedUsb> list_plugged_usb();

}  // namespace brewproof
