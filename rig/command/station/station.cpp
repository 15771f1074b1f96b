#include "rig/command/station/station.h"

#include <unistd.h>

namespace brewproof {

Result<Station> look_at_boards() {
  auto ports = list_serial_ports();
  if (!ports) return pass_on(std::move(ports));
  Station station;
  station.ports = std::move(*ports);
  station.usb = list_plugged_usb();
  station.chips = list_gpio_chips();
  const auto try_open = [&](const std::string& node) {
    if (!node.empty() && ::access(node.c_str(), R_OK | W_OK) != 0) station.closed.insert(node);
  };
  for (const FoundPort& port : station.ports) try_open(port.path);
  for (const PluggedUsb& usb : station.usb) try_open(usb.node);
  for (const FoundChip& chip : station.chips) try_open(chip.path);
  return station;
}

Result<Station> look_around() {
  auto station = look_at_boards();
  if (station) station->interfaces = list_interfaces();
  return station;
}

}  // namespace brewproof
