// The two ways to open a serial port, behind open_serial_port. `path` is the device itself (no
// link), checked and locked by the caller.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <utility>

#include "drivers/transport/serial.h"

namespace brewproof {

/// A file descriptor that is closed with its owner.
class OpenFile {
 public:
  explicit OpenFile(int descriptor = -1) : descriptor_(descriptor) {}
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  OpenFile(OpenFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  OpenFile& operator=(OpenFile&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_;
};

/// The device that a resource's `port` or `usb` names: open (read-write, non-blocking,
/// close-on-exec), locked, checked to be a serial port, with no setting changed.
struct LockedPort {
  OpenFile device;
  std::string path;  // of the device itself
  bool is_pseudo_terminal = false;
};
[[nodiscard]] Result<LockedPort> open_and_lock_port(const ResourceConfig& resource);

/// `device` is already open, read-write and non-blocking. For pseudo-terminals.
[[nodiscard]] Result<std::unique_ptr<SerialPort>> open_by_termios(const std::string& path,
                                                                  OpenFile device, int baud);

/// `lock` is held for the port's life. For real ports: libserialport wants /sys/class/tty/<name>
/// and modem lines.
[[nodiscard]] Result<std::unique_ptr<SerialPort>> open_by_libserialport(const std::string& path,
                                                                        OpenFile lock, int baud);

}  // namespace brewproof
