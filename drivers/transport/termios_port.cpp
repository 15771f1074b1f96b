// termios(3) on a descriptor. A pseudo-terminal has no baud, no parity and nothing to drain; the
// settings are made all the same, because the kernel's line discipline reads them.

#include <termios.h>

#include <cerrno>
#include <cstring>

#include "drivers/transport/serial_backend.h"

namespace brewproof {
namespace {

speed_t speed_of(int baud) {
  switch (baud) {
    case 1200:
      return B1200;
    case 2400:
      return B2400;
    case 4800:
      return B4800;
    case 9600:
      return B9600;
    case 19200:
      return B19200;
    case 38400:
      return B38400;
    case 57600:
      return B57600;
    case 115200:
      return B115200;
    default:
      return B0;
  }
}

class TermiosPort final : public SerialPort {
 public:
  TermiosPort(std::string path, OpenFile device)
      : path_(std::move(path)), device_(std::move(device)) {}

  Result<void> change_speed(int baud) override {
    termios settings{};
    const speed_t speed = speed_of(baud);
    if (speed == B0)
      return fail(ErrorCode::bad_file, "{}: {} baud is not a rate of serial ports", path_, baud);
    if (::tcgetattr(device_.get(), &settings) != 0) return failure("reading the settings of");
    // What is unread stays (TCSANOW).
    ::cfmakeraw(&settings);
    settings.c_cflag |= CLOCAL | CREAD;
    settings.c_cflag &= ~static_cast<tcflag_t>(HUPCL | CSTOPB | CRTSCTS);
    settings.c_cc[VMIN] = 0;
    settings.c_cc[VTIME] = 0;
    ::cfsetspeed(&settings, speed);
    if (::tcsetattr(device_.get(), TCSANOW, &settings) != 0) return failure("setting up");
    return {};
  }

  Result<std::size_t> write_some(ByteView bytes) override {
    const ssize_t count = ::write(device_.get(), bytes.data(), bytes.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EAGAIN || errno == EINTR) return 0U;
    return failure("writing to");
  }

  Result<std::size_t> read_some(std::span<std::uint8_t> into) override {
    const ssize_t count = ::read(device_.get(), into.data(), into.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EAGAIN || errno == EINTR) return 0U;
    return failure("reading from");
  }

  Result<void> drain() override {
    while (::tcdrain(device_.get()) != 0)
      if (errno != EINTR) return failure("draining");
    return {};
  }

  [[nodiscard]] int descriptor() const override { return device_.get(); }

 private:
  [[nodiscard]] tl::unexpected<Error> failure(const char* doing) const {
    return fail(ErrorCode::io, "{} {}: {}", doing, path_, std::strerror(errno));
  }

  std::string path_;
  OpenFile device_;
};

}  // namespace

Result<std::unique_ptr<SerialPort>> open_by_termios(const std::string& path, OpenFile device,
                                                    int baud) {
  auto port = std::make_unique<TermiosPort>(path, std::move(device));
  if (auto configured = port->change_speed(baud); !configured)
    return pass_on(std::move(configured));
  return port;
}

}  // namespace brewproof
