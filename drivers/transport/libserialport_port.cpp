// libserialport 0.1.1 (Debian 12) on a real port. What it does not do is done here: close-on-exec,
// HUPCL cleared. Its blocking reads spin on an unplugged port, so only its non-blocking calls are
// used and waiting is poll's. Its last error is errno: copied at once.

#include <libserialport.h>
#include <termios.h>

#include <cerrno>
#include <cstring>

#include "drivers/transport/serial_backend.h"

namespace brewproof {
namespace {

struct FreePort {
  void operator()(sp_port* port) const { sp_free_port(port); }
};

class LibserialportPort final : public SerialPort {
 public:
  LibserialportPort(std::string path, OpenFile lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}
  ~LibserialportPort() override {
    if (descriptor_ >= 0) sp_close(port_.get());
  }
  LibserialportPort(const LibserialportPort&) = delete;
  LibserialportPort& operator=(const LibserialportPort&) = delete;

  Result<void> open(int baud) {
    sp_port* found = nullptr;
    if (sp_get_port_by_name(path_.c_str(), &found) != SP_OK) return failure("finding");
    port_.reset(found);
    if (sp_open(port_.get(), SP_MODE_READ_WRITE) != SP_OK) return failure("opening");
    if (sp_get_port_handle(port_.get(), &descriptor_) != SP_OK) return failure("opening");
    ::fcntl(descriptor_, F_SETFD, FD_CLOEXEC);
    if (sp_set_baudrate(port_.get(), baud) != SP_OK || sp_set_bits(port_.get(), 8) != SP_OK ||
        sp_set_parity(port_.get(), SP_PARITY_NONE) != SP_OK ||
        sp_set_stopbits(port_.get(), 1) != SP_OK ||
        sp_set_flowcontrol(port_.get(), SP_FLOWCONTROL_NONE) != SP_OK)
      return failure("setting up");
    return keep_modem_lines();
  }

  Result<std::size_t> write_some(ByteView bytes) override {
    return transferred(sp_nonblocking_write(port_.get(), bytes.data(), bytes.size()), "writing to");
  }

  Result<std::size_t> read_some(std::span<std::uint8_t> into) override {
    return transferred(sp_nonblocking_read(port_.get(), into.data(), into.size()), "reading from");
  }

  Result<void> drain() override {
    if (sp_drain(port_.get()) != SP_OK) return failure("draining");
    return {};
  }

  Result<void> change_speed(int baud) override {
    if (sp_set_baudrate(port_.get(), baud) != SP_OK) return failure("setting the speed of");
    return {};
  }

  [[nodiscard]] int descriptor() const override { return descriptor_; }

 private:
  // With HUPCL the last close drops DTR and RTS, which resets some boards.
  Result<void> keep_modem_lines() {
    termios settings{};
    if (::tcgetattr(descriptor_, &settings) != 0) return failure("reading the settings of");
    settings.c_cflag &= ~static_cast<tcflag_t>(HUPCL);
    if (::tcsetattr(descriptor_, TCSANOW, &settings) != 0) return failure("setting up");
    return {};
  }

  // libserialport returns counts as sp_return, which has no such enumerators: an integer at once. A
  // full port is SP_ERR_FAIL with EAGAIN.
  [[nodiscard]] Result<std::size_t> transferred(int count, const char* doing) const {
    if (count >= 0) return static_cast<std::size_t>(count);
    if (count == SP_ERR_FAIL && (errno == EAGAIN || errno == EINTR)) return 0U;
    return failure(doing);
  }

  [[nodiscard]] tl::unexpected<Error> failure(const char* doing) const {
    return fail(ErrorCode::io, "{} {}: {}", doing, path_, std::strerror(errno));
  }

  std::string path_;
  OpenFile lock_;
  std::unique_ptr<sp_port, FreePort> port_;
  int descriptor_ = -1;
};

}  // namespace

Result<std::unique_ptr<SerialPort>> open_by_libserialport(const std::string& path, OpenFile lock,
                                                          int baud) {
  auto port = std::make_unique<LibserialportPort>(path, std::move(lock));
  if (auto opened = port->open(baud); !opened) return pass_on(std::move(opened));
  return port;
}

}  // namespace brewproof
