// Which serial ports this station has, and which of them a bench file means by `usb:`. A port's
// name changes from plug to plug; vid, pid, serial number and the socket it is in do not.
#pragma once

#include <string>
#include <vector>

#include "rig/bench/driver.h"
#include "rig/model/result.h"

namespace brewproof {

struct FoundPort {
  std::string path;                   // "/dev/ttyUSB0"
  std::string vid, pid;               // four lower-case hex digits; "" = not on USB
  std::string serial;                 // "" = the adapter has none (CH340)
  std::string usb_path;               // bus and sockets, "1-1.4"; "" = not known
  std::string manufacturer, product;  // as the adapter calls itself
  std::string by_path, by_id;  // links that keep their names, "/dev/serial/by-path/..."; or ""
};

/// All ports, in name order.
[[nodiscard]] Result<std::vector<FoundPort>> list_serial_ports();

/// The one port whose USB properties are those given in `usb.vid`, `usb.pid`, `usb.serial` and
/// `usb.path` of the resource's options. Error `io` where none or several match: it lists them and
/// says how to tell them apart.
[[nodiscard]] Result<std::string> find_usb_port(const ResourceConfig& resource);

}  // namespace brewproof
