// What is plugged into the station as lines of a bench file: each board with the drivers that it is
// usual for, and where it is in words that stay true when plugs are pulled.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "drivers/recognition.h"
#include "drivers/transport/usb_identity.h"
#include "rig/command/station/station.h"

namespace brewproof {

/// A device that a bench file may name, with its USB identity where it has one.
struct Board : UsbIdentity {
  std::string bus;   // serial, usb or gpio
  std::string node;  // "/dev/ttyUSB0", "/dev/bus/usb/001/004"
  std::string by_path, by_id;
  std::vector<Recognised> drivers;  // the surest first
  std::vector<std::string> names;   // one for each driver, "panel"; no two boards share one
  std::string place;                // "usb: {path: 1-1.4, vid: 1a86, pid: 7523}"
  std::string remark;               // what to know before the line is used
};

/// Serial ports, then USB devices that are no port, then GPIO chips. Hubs only where a driver is
/// usual for them.
[[nodiscard]] std::vector<Board> boards_of(const Station& station, DriverTable drivers);

/// "panel: {driver: lcus_relay, usb: {...}}", which `lint` accepts below `resources:`, with the
/// board's driver of that number; "" where it has none.
[[nodiscard]] std::string bench_line(const Board& board, std::size_t driver = 0);
[[nodiscard]] std::string bench_line(std::string_view name, std::string_view driver,
                                     std::string_view place);

/// A scalar as a bench file may hold it: plain, or in double quotes where it needs them.
[[nodiscard]] std::string yaml_scalar(std::string_view text);

}  // namespace brewproof
