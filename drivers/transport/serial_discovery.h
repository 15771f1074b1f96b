// Which serial ports this station has, and which of them a bench file means by `usb:`. A port's
// name changes from plug to plug; vid, pid, serial number and the socket it is in do not.
#pragma once

#include <string>
#include <vector>

#include "drivers/transport/usb_identity.h"
#include "rig/bench/driver.h"
#include "rig/model/result.h"

namespace brewproof {

/// A port, and the USB adapter that it is on, if any.
struct FoundPort : UsbIdentity {
  std::string path;            // "/dev/ttyUSB0"
  std::string by_path, by_id;  // links that keep their names, "/dev/serial/by-path/..."; or ""
};

/// All ports, in name order.
[[nodiscard]] Result<std::vector<FoundPort>> list_serial_ports();

/// The one port whose USB properties are those given in `usb.vid`, `usb.pid`, `usb.serial` and
/// `usb.path` of the resource's options. Error `io` where none or several match: it lists them and
/// says how to tell them apart.
[[nodiscard]] Result<std::string> find_usb_port(const ResourceConfig& resource);

}  // namespace brewproof
