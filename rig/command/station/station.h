// What stands around this station computer: serial ports, USB devices, GPIO chips, network
// interfaces. Looked at only: nothing is opened, but for the capture program's own check.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "drivers/transport/gpio_discovery.h"
#include "drivers/transport/plugged_usb.h"
#include "drivers/transport/serial_discovery.h"
#include "rig/command/station/interfaces.h"
#include "rig/model/result.h"

namespace brewproof {

struct Station {
  std::vector<FoundPort> ports;
  std::vector<PluggedUsb> usb;
  std::vector<FoundChip> chips;
  std::vector<FoundInterface> interfaces;
  std::set<std::string> closed;  // device nodes that this user may not open
};

/// Takes a third of a second: that long each interface is listened to.
[[nodiscard]] Result<Station> look_around();
/// The same without `interfaces`, at once.
[[nodiscard]] Result<Station> look_at_boards();

}  // namespace brewproof
