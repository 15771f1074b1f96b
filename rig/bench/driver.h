// The seam between engine and drivers: how a resource of the bench file becomes a Device.
// `drivers/` builds a constant table of DriverEntry (one line `rig_driver(<name>)` a driver);
// the engine sees only this header.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "rig/bench/capability.h"
#include "rig/model/bytes.h"
#include "rig/model/clock.h"
#include "rig/model/result.h"

namespace brewproof {

/// One request to a device and what came back, with its clock brackets. Kept in the journal's
/// neighbour `exchanges.jsonl` of the run folder.
struct Exchange {
  std::string resource;
  Sent sent;
  Bytes written;
  Bytes received;
};
using ExchangeSink = std::function<void(const Exchange&)>;

struct FrameTable;  // rig/bench/frame_table.h

/// A resource as the bench file gives it. `options` are the driver's own keys as text
/// ("port" -> "/dev/ttyUSB0"); `place` is file:line:col for errors.
struct ResourceConfig {
  std::string name;
  std::string driver;
  std::map<std::string, std::string> options;
  std::string place;
  std::shared_ptr<const FrameTable> table = nullptr;  // key `table` of driver `frames`
};

/// A line that several devices share (a Modbus bus), owned by the devices on it.
class SharedBus {
 public:
  virtual ~SharedBus() = default;
};
/// The shared lines that are open on one bench, by the real path of their port.
using OpenBuses = std::map<std::string, std::weak_ptr<SharedBus>>;

struct DriverContext {
  Clock& clock;
  ExchangeSink record;         // called for every exchange; may be empty
  OpenBuses* buses = nullptr;  // absent: each device opens its port alone
  /// A board that knows how commands it to switch everything off before it is asked who it is: the
  /// program that drove it is gone, and a contact may be closed.
  bool off_first = false;
  /// Asked to stop, a device that takes minutes gives up at its next wait, with `interrupted`.
  std::stop_token stop = {};
};

/// An opened device. Owns its port; the destructor closes it. Once broken it stays broken and
/// repeats the first cause.
class Device {
 public:
  virtual ~Device() = default;
  /// Who answered: board id, firmware version, or the port where the board cannot tell.
  [[nodiscard]] virtual std::string identity() const = 0;
  /// The capabilities this device has; nullptr where it lacks one. Owned by the device.
  virtual Switch* as_switch() { return nullptr; }
  virtual PulseSwitch* as_pulse_switch() { return nullptr; }
  virtual Meter* as_meter() { return nullptr; }
  virtual Input* as_input() { return nullptr; }
  virtual PaymentReader* as_payment_reader() { return nullptr; }
  virtual AuditReader* as_audit_reader() { return nullptr; }
  /// One harmless exchange with the host side of the device, inert for the machine (`sham: host`).
  virtual Result<Sent> harmless_exchange() = 0;
  virtual BusTap* as_bus_tap() { return nullptr; }
};

struct OptionEntry {
  std::string_view name;
  bool required = false;
  std::string_view meaning;  // "serial port", "number of relays"
};

/// A USB device that means this driver's board: the board itself, or the serial adapter built into
/// it. The texts are how the device's own begin; "" is any.
struct UsbMatch {
  std::string_view vid, pid;  // four lower-case hex digits
  std::string_view manufacturer = "";
  std::string_view product = "";
  bool shared = false;  // an adapter chip on boards of many kinds: a candidate, no more
};

/// One line of the driver table.
struct DriverEntry {
  std::string_view name;        // as in the bench file
  std::string_view summary;     // "LCUS-1/2/4/8 serial relay board (CH340)"
  std::string_view transport;   // serial, usb, http
  std::string_view capability;  // switch, pulse (times presses), meter, input, reader, audit,
                                // machine (says which one it is); several in one text
  ReadBack read_back = ReadBack::none;
  std::string_view source;  // where the protocol's facts come from
  std::span<const OptionEntry> options;
  std::span<const UsbMatch> recognises = {};  // for `devices`; the surest first
  Result<std::unique_ptr<Device>> (*open)(const ResourceConfig&, const DriverContext&) = nullptr;
  std::string_view measures = "";  // of a meter: "power voltage"; "" = only the device itself knows
};

using DriverTable = std::span<const DriverEntry* const>;

/// The driver of that name; nullptr where this program has none.
[[nodiscard]] inline const DriverEntry* find_driver(DriverTable drivers, std::string_view name) {
  for (const DriverEntry* driver : drivers)
    if (driver->name == name) return driver;
  return nullptr;
}

/// Whether a meter of that driver may measure the quantity.
[[nodiscard]] inline bool measures(const DriverEntry& driver, std::string_view quantity) {
  if (driver.measures.empty()) return true;
  for (std::size_t at = 0; at < driver.measures.size();) {
    const std::size_t end = std::min(driver.measures.find(' ', at), driver.measures.size());
    if (driver.measures.substr(at, end - at) == quantity) return true;
    at = end + 1;
  }
  return false;
}

}  // namespace brewproof
