// The DTR and RTS lines of a serial port as two outputs: a transistor or an opto-coupler on a plain
// USB adapter is the cheapest relay board there is. Channel 1 is DTR, channel 2 is RTS; on is
// asserted (+ on RS-232, low on the pins of most TTL adapters).
//
// Sources: ioctl_tty(2), "Modem control" (TIOCMBIS, TIOCMBIC, TIOCMGET); termios(3), HUPCL and B0;
// Linux, drivers/tty/tty_port.c (tty_port_block_til_ready, tty_port_shutdown).
//
// What Linux cannot: open(2) itself asserts both lines on a port whose speed is not 0, and there is
// no flag against it. They are cleared as the first thing after it, but a first open after plugging
// in is a blink of both outputs (a USB adapter needs about a millisecond for each change). The port
// is left at speed 0 (B0), so that later opens, those of a second program that makes the outputs
// safe too, do not blink. HUPCL is set: the kernel clears both lines when the last program lets go
// of the port, however it ended. At rest, unplugged or without power the lines are off.
//
// The four lines that come back are inputs: 1 is CTS, 2 is DSR, 3 is DCD, 4 is RI. On most TTL
// adapters a contact from CTS# to ground reads on; on RS-232 it needs a voltage, for which the
// port's own DTR may serve while it is on.
//
// Read-back is the latch that the port's driver keeps, not the level of the pin.

#include <sys/ioctl.h>
#include <termios.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "drivers/transport/serial_backend.h"
#include "rig/bench/driver.h"

namespace brewproof {
namespace {

constexpr std::array<int, 2> line_bits{TIOCM_DTR, TIOCM_RTS};
constexpr std::array<std::string_view, 2> line_names{"DTR", "RTS"};
constexpr int channels = 2;
constexpr std::array<int, 4> input_bits{TIOCM_CTS, TIOCM_DSR, TIOCM_CAR, TIOCM_RNG};
constexpr std::array<std::string_view, 4> input_names{"CTS", "DSR", "DCD", "RI"};

class SerialLine final : public Device, public Switch, public Input {
 public:
  SerialLine(LockedPort port, const ResourceConfig& resource, const DriverContext& context)
      : port_(std::move(port)), resource_(resource.name), context_(context) {}

  // First the lines, then everything that takes time.
  Result<void> clear() {
    int lines = TIOCM_DTR | TIOCM_RTS;
    if (::ioctl(port_.device.get(), TIOCMBIC, &lines) != 0)
      return fail(ErrorCode::io, "{} has no DTR and RTS that could be switched: {}", port_.path,
                  std::strerror(errno));
    termios settings{};
    if (::tcgetattr(port_.device.get(), &settings) != 0) return failure("reading the settings");
    ::cfmakeraw(&settings);
    settings.c_cflag |= CLOCAL | HUPCL;
    settings.c_cflag &= ~static_cast<tcflag_t>(CRTSCTS);
    ::cfsetspeed(&settings, B0);
    if (::tcsetattr(port_.device.get(), TCSANOW, &settings) != 0) return failure("setting up");
    return {};
  }

  [[nodiscard]] std::string identity() const override {
    return fmt::format("DTR and RTS of {}", port_.path);
  }
  Switch* as_switch() override { return this; }
  Input* as_input() override { return this; }
  [[nodiscard]] ReadBack read_back() const override { return ReadBack::latch; }

  Result<Sent> set(int channel, bool on) override {
    const auto index = index_of(channel);
    if (!index) return tl::unexpected(index.error());
    int line = line_bits[*index];
    return control(fmt::format("{} {}", line_names[*index], on ? "on" : "off"),
                   on ? TIOCMBIS : TIOCMBIC, line);
  }

  Result<Sent> all_off() override {
    int lines = TIOCM_DTR | TIOCM_RTS;
    return control("DTR and RTS off", TIOCMBIC, lines);
  }

  Result<std::optional<bool>> read(int channel) override {
    const auto index = index_of(channel);
    if (!index) return tl::unexpected(index.error());
    int lines = 0;
    if (auto asked = control("state", TIOCMGET, lines); !asked) return pass_on(std::move(asked));
    return (lines & line_bits[*index]) != 0;
  }

  Result<bool> sense(int line) override {
    if (line < 1 || static_cast<std::size_t>(line) > input_bits.size())
      return fail(ErrorCode::usage, "{} has no input {}: 1 is CTS, 2 DSR, 3 DCD, 4 RI", resource_,
                  line);
    int lines = 0;
    if (auto asked = control("state", TIOCMGET, lines); !asked) return pass_on(std::move(asked));
    return (lines & input_bits[static_cast<std::size_t>(line - 1)]) != 0;
  }

  Result<Sent> harmless_exchange() override {
    int lines = 0;
    return control("state", TIOCMGET, lines);
  }

 private:
  [[nodiscard]] Result<std::size_t> index_of(int channel) const {
    if (channel >= 1 && channel <= channels) return static_cast<std::size_t>(channel - 1);
    return fail(ErrorCode::usage, "{} has no channel {}: 1 is DTR, 2 is RTS", resource_, channel);
  }

  // No bytes go over the line: the record says in words what was asked and what came back.
  Result<Sent> control(const std::string& words, unsigned long request, int& lines) {
    if (first_cause_) return tl::unexpected(*first_cause_);
    Exchange exchange;
    exchange.resource = resource_;
    exchange.written.assign(words.begin(), words.end());
    exchange.sent.before_write = context_.clock.now();
    const int result = ::ioctl(port_.device.get(), request, &lines);
    const int error = errno;
    exchange.sent.after_drain = context_.clock.now();
    if (request == TIOCMGET && result == 0) {
      std::string state;
      const auto tell = [&](std::string_view name, int bit) {
        state += fmt::format("{}{} {}", state.empty() ? "" : " ", name,
                             (lines & bit) != 0 ? "on" : "off");
      };
      for (std::size_t i = 0; i < line_bits.size(); ++i) tell(line_names[i], line_bits[i]);
      for (std::size_t i = 0; i < input_bits.size(); ++i) tell(input_names[i], input_bits[i]);
      exchange.sent.first_reply = exchange.sent.after_drain;
      exchange.received.assign(state.begin(), state.end());
    }
    if (context_.record) context_.record(exchange);
    if (result == 0) return exchange.sent;
    errno = error;
    auto failed = failure(words);
    first_cause_ = failed.value();
    return failed;
  }

  [[nodiscard]] tl::unexpected<Error> failure(std::string_view doing) const {
    return fail(ErrorCode::io, "{}: {} at {}: {}; is it still plugged in?", resource_, doing,
                port_.path, std::strerror(errno));
  }

  LockedPort port_;
  std::string resource_;
  DriverContext context_;
  std::optional<Error> first_cause_;
};

Result<std::unique_ptr<Device>> open_serial_line(const ResourceConfig& resource,
                                                 const DriverContext& context) {
  auto port = open_and_lock_port(resource);
  if (!port) return pass_on(std::move(port));
  auto line = std::make_unique<SerialLine>(*std::move(port), resource, context);
  if (auto cleared = line->clear(); !cleared) return pass_on(std::move(cleared));
  return line;
}

constexpr std::array<OptionEntry, 2> options{{
    {"port", false, "serial port, as /dev/serial/by-path/..."},
    {"usb", false, "the port's USB adapter instead: path, vid, pid, serial"},
}};

}  // namespace

extern const DriverEntry serial_line_driver;
constinit const DriverEntry serial_line_driver{
    .name = "serial_line",
    .summary = "DTR and RTS of a serial port as outputs; CTS, DSR, DCD and RI as inputs",
    .transport = "serial",
    .capability = "switch input",
    .read_back = ReadBack::latch,
    .source = "ioctl_tty(2), termios(3); Linux, drivers/tty/tty_port.c",
    .options = options,
    .open = open_serial_line,
};

}  // namespace brewproof
