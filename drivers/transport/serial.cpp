#include "drivers/transport/serial.h"

#include <grp.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>

#include "drivers/transport/serial_backend.h"
#include "drivers/transport/serial_discovery.h"

namespace brewproof {
namespace {

using std::chrono::nanoseconds;
using SteadyClock = std::chrono::steady_clock;

// Linux, Documentation/admin-guide/devices.txt: 136-143 char, Unix98 PTY slaves.
bool is_pseudo_terminal(const struct stat& device) {
  return major(device.st_rdev) >= 136 && major(device.st_rdev) <= 143;
}

std::string owning_group(const std::string& path) {
  struct stat device{};
  if (::stat(path.c_str(), &device) != 0) return "dialout";
  const group* owner = ::getgrgid(device.st_gid);
  return owner == nullptr || owner->gr_gid == 0 ? "dialout" : owner->gr_name;
}

tl::unexpected<Error> not_opened(const std::string& path, int error) {
  switch (error) {
    case ENOENT:
    case ENODEV:
    case ENXIO:
    case ENOTDIR:
      return fail(ErrorCode::io,
                  "there is no port {}: is the device plugged in and switched on? `ls -l "
                  "/dev/serial/by-path` shows what is",
                  path);
    case EACCES:
    case EPERM:
      return fail(ErrorCode::host,
                  "no permission to open {}: become a member of its group (sudo adduser $USER {}) "
                  "and log in again",
                  path, owning_group(path));
    default:
      return fail(ErrorCode::io, "opening {}: {}", path, std::strerror(error));
  }
}

Result<std::string> real_path(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                         std::free);
  if (!real) return not_opened(path, errno);
  return std::string(real.get());
}

Result<std::string> named_port(const ResourceConfig& resource) {
  const auto port = resource.options.find("port");
  const auto usb = resource.options.lower_bound("usb.");
  const bool has_usb = usb != resource.options.end() && usb->first.starts_with("usb.");
  if (port == resource.options.end() && !has_usb)
    return fail(ErrorCode::bad_file,
                "no port is named: give `port: /dev/...` or `usb: {{vid: ..., pid: ...}}`");
  if (port != resource.options.end() && has_usb)
    return fail(ErrorCode::bad_file, "both port and usb are given: one of them names the port");
  return has_usb ? find_usb_port(resource) : port->second;
}

tl::unexpected<Error> gone() {
  return fail(ErrorCode::io, "the device is gone: unplugged or switched off");
}

// Waits for `events`. True: they are there; false: the deadline has passed.
Result<bool> wait_for(const SerialPort& port, short events, Deadline deadline) {
  for (;;) {
    pollfd waited{port.descriptor(), events, 0};
    const nanoseconds left = std::max(nanoseconds(0), deadline - SteadyClock::now());
    const timespec limit{left.count() / 1'000'000'000, left.count() % 1'000'000'000};
    const int ready = ::ppoll(&waited, 1, &limit, nullptr);
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return fail(ErrorCode::io, "waiting for the port: {}", std::strerror(errno));
    if (ready == 0) return false;
    if ((waited.revents & events) != 0) return true;
    return gone();
  }
}

}  // namespace

Result<std::string> serial_port_path(const ResourceConfig& resource) {
  auto named = named_port(resource);
  if (!named) return named;
  return real_path(*named);
}

Result<LockedPort> open_and_lock_port(const ResourceConfig& resource) {
  auto named = named_port(resource);
  if (!named) return pass_on(std::move(named));
  auto path = real_path(*named);
  if (!path) return pass_on(std::move(path));

  struct stat status{};
  if (::stat(path->c_str(), &status) != 0) return not_opened(*named, errno);
  if (!S_ISCHR(status.st_mode))
    return fail(ErrorCode::bad_file,
                "{} is not a serial port: `ls -l /dev/serial/by-path` lists them", *named);
  OpenFile device(::open(path->c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  if (device.get() < 0) return not_opened(*named, errno);
  if (::isatty(device.get()) == 0)
    return fail(ErrorCode::bad_file,
                "{} is not a serial port: `ls -l /dev/serial/by-path` lists them", *named);
  // Locked before any setting changes: another program's exchange must not be disturbed.
  if (::flock(device.get(), LOCK_EX | LOCK_NB) != 0)
    return fail(ErrorCode::host,
                "{} is in use by another program (`fuser -v {}` names it): end that one first",
                *named, *path);
  return LockedPort{std::move(device), *std::move(path), is_pseudo_terminal(status)};
}

Result<std::unique_ptr<SerialPort>> open_serial_port(const ResourceConfig& resource, int baud) {
  auto port = open_and_lock_port(resource);
  if (!port) return pass_on(std::move(port));
  return port->is_pseudo_terminal
             ? open_by_termios(port->path, std::move(port->device), baud)
             : open_by_libserialport(port->path, std::move(port->device), baud);
}

Result<std::size_t> read_until(SerialPort& port, std::span<std::uint8_t> into, Deadline deadline) {
  for (;;) {
    const auto ready = wait_for(port, POLLIN, deadline);
    if (!ready) return tl::unexpected(ready.error());
    if (!*ready) return 0U;
    auto count = port.read_some(into);
    // A port that has bytes and gives none is a device that went away (libserialport and termios).
    if (count && *count == 0) return gone();
    return count;
  }
}

Result<void> write_and_drain(SerialPort& port, ByteView bytes, Deadline deadline) {
  const auto give_up = [&port](std::string_view what, std::size_t left) {
    ::tcflush(port.descriptor(), TCOFLUSH);
    return fail(ErrorCode::timeout,
                "the port {} ({} bytes left); the rest was thrown away: replug the device", what,
                left);
  };
  while (!bytes.empty()) {
    const auto count = port.write_some(bytes);
    if (!count) return tl::unexpected(count.error());
    bytes = bytes.subspan(*count);
    if (bytes.empty()) break;
    const auto ready = wait_for(port, POLLOUT, deadline);
    if (!ready) return tl::unexpected(ready.error());
    if (!*ready) return give_up("takes no more bytes", bytes.size());
  }
  // tcdrain has no time limit: it is called when only the last bits can be on their way.
  int queued = 0;
  while (::ioctl(port.descriptor(), TIOCOUTQ, &queued) == 0 && queued > 0) {
    if (SteadyClock::now() > deadline)
      return give_up("does not send", static_cast<std::size_t>(queued));
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  return port.drain();
}

}  // namespace brewproof
