// A serial port, 8N1 without flow control. One interface with two backends: libserialport for real
// ports, termios for pseudo-terminals (which libserialport refuses), so that simulators and socat
// work for everybody.
//
// The object owns its descriptors; they are close-on-exec and locked with flock for as long as it
// lives (not TIOCEXCL, which would keep a second program out that must make the outputs safe).
// Closing does not drop DTR. Not thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "rig/bench/driver.h"
#include "rig/model/bytes.h"
#include "rig/model/result.h"

namespace brewproof {

class SerialPort {
 public:
  virtual ~SerialPort() = default;
  /// Hands over what the port takes at once; 0: it takes nothing now.
  virtual Result<std::size_t> write_some(ByteView bytes) = 0;
  /// Takes what is there; 0: nothing.
  virtual Result<std::size_t> read_some(std::span<std::uint8_t> into) = 0;
  /// Blocks until the last bit has left. Call it when the driver's own queue is empty (TIOCOUTQ).
  virtual Result<void> drain() = 0;
  /// Another rate from now on, for what is sent and heard; call it when everything has left.
  virtual Result<void> change_speed(int baud) = 0;
  /// For poll. Stays the port's own.
  [[nodiscard]] virtual int descriptor() const = 0;
};

using Deadline = std::chrono::steady_clock::time_point;

/// The device file that a resource names, with links followed: the same for every way to name it.
[[nodiscard]] Result<std::string> serial_port_path(const ResourceConfig& resource);

/// Opens the port that a resource names: `port` (any path to it, links are followed) or `usb.vid`,
/// `usb.pid`, `usb.serial`, `usb.path` (four hex digits twice, text, topology as "1-1.4"). Nothing
/// is written. Errors say what to do: `bad_file` (no port named, not a serial port), `io` (not
/// there, or none or several match), `host` (no permission, in use).
[[nodiscard]] Result<std::unique_ptr<SerialPort>> open_serial_port(const ResourceConfig& resource,
                                                                   int baud);

/// Bytes that came until the deadline; 0: none came. Error `io`: the device is gone.
[[nodiscard]] Result<std::size_t> read_until(SerialPort& port, std::span<std::uint8_t> into,
                                             Deadline deadline);

/// Writes all bytes and waits until they have left. Error `timeout`: the port does not take or send
/// them; whatever was still queued is thrown away, so that it does not leave later.
[[nodiscard]] Result<void> write_and_drain(SerialPort& port, ByteView bytes, Deadline deadline);

}  // namespace brewproof
