// GPIO lines of a Linux computer (Raspberry Pi and others) as outputs, through libgpiod 1.6.
//
//   panel: {driver: gpio, chip: /dev/gpiochip0, lines: [17, 27], active: low}
//
// Channel 1 is the first line named, channel 2 the next. `active: low` is for relay boards that
// switch on at 0 V, as most cheap ones do; the kernel then turns every level round.
//
// Sources: libgpiod 1.6, gpiod.h; Linux, Documentation/userspace-api/gpio/chardev_v1.rst.
//
// Opening makes each line an output that is off in one step, so that it does not blink; before
// that, from power-up on, it is what the computer's firmware made it (mostly an input): a pull
// resistor on the board must keep the relay off. When the last program lets go of a line the kernel
// promises nothing, and most chips keep the level: a program that was killed leaves its outputs on
// until another one takes the lines.
//
// Read-back is the level that the chip reads at the pin; some chips answer from their output latch.

#include <array>
#include <cerrno>
#include <cstring>

#include "drivers/each_off.h"
#include "drivers/transport/gpio_chip.h"
#include "rig/bench/driver.h"

namespace brewproof {
namespace {

int request_output(gpiod_line* line, int flags) {
  constexpr int off = 0;
  return gpiod_line_request_output_flags(line, "brewproof", flags, off);
}

class GpioOutputs final : public Device, public Switch {
 public:
  GpioOutputs(GpioLines lines, const ResourceConfig& resource, const DriverContext& context)
      : taken_(std::move(lines)), resource_(resource.name), context_(context) {}

  [[nodiscard]] std::string identity() const override { return identity_of(*taken_.chip); }
  Switch* as_switch() override { return this; }
  [[nodiscard]] ReadBack read_back() const override { return ReadBack::pin; }

  Result<Sent> set(int channel, bool on) override {
    auto done = exchange(channel, on ? "on" : "off",
                         [on](gpiod_line* line) { return gpiod_line_set_value(line, on ? 1 : 0); });
    if (!done) return pass_on(std::move(done));
    return last_sent_;
  }

  Result<Sent> all_off() override { return each_off(*this, static_cast<int>(taken_.lines.size())); }

  Result<std::optional<bool>> read(int channel) override {
    auto value = exchange(channel, "state", gpiod_line_get_value);
    if (!value) return pass_on(std::move(value));
    return *value != 0;
  }

  Result<Sent> harmless_exchange() override {
    auto state = read(1);
    if (!state) return pass_on(std::move(state));
    return last_sent_;
  }

 private:
  // No bytes go anywhere: the record says in words what was asked and what came back.
  template <class Ask>
  Result<int> exchange(int channel, std::string_view what, Ask ask) {
    if (channel < 1 || static_cast<std::size_t>(channel) > taken_.lines.size())
      return fail(ErrorCode::usage, "{} has no channel {}: `lines` names {}", resource_, channel,
                  taken_.lines.size());
    if (first_cause_) return tl::unexpected(*first_cause_);
    const GpioLine& line = taken_.lines[static_cast<std::size_t>(channel - 1)];
    const std::string words = fmt::format("line {} {}", line.offset, what);
    Exchange exchange{resource_, {}, Bytes(words.begin(), words.end()), {}};
    exchange.sent.before_write = context_.clock.now();
    const int answer = ask(line.line);
    const int error = errno;
    exchange.sent.after_drain = context_.clock.now();
    if (answer >= 0 && what == "state") {
      exchange.sent.first_reply = exchange.sent.after_drain;
      const std::string_view state = answer != 0 ? "on" : "off";
      exchange.received.assign(state.begin(), state.end());
    }
    if (context_.record) context_.record(exchange);
    last_sent_ = exchange.sent;
    if (answer >= 0) return answer;
    auto failed =
        fail(ErrorCode::io, "{}: {} of {}: {}", resource_, words, identity(), std::strerror(error));
    first_cause_ = failed.value();
    return failed;
  }

  GpioLines taken_;
  std::string resource_;
  DriverContext context_;
  std::optional<Error> first_cause_;
  Sent last_sent_;
};

Result<std::unique_ptr<Device>> open_gpio(const ResourceConfig& resource,
                                          const DriverContext& context) {
  auto lines = take_gpio_lines(resource, request_output, 0);
  if (!lines) return pass_on(std::move(lines));
  return std::make_unique<GpioOutputs>(*std::move(lines), resource, context);
}

constexpr std::array<OptionEntry, 3> options{{
    {"chip", true, "the GPIO chip, as /dev/gpiochip0"},
    {"lines", true, "its lines in the order of the channels, as [17, 27]"},
    {"active", false, "low where a relay is on at 0 V; high where absent"},
}};

}  // namespace

extern const DriverEntry gpio_driver;
constinit const DriverEntry gpio_driver{
    .name = "gpio",
    .summary = "GPIO lines of this computer (Raspberry Pi and others) as outputs",
    .transport = "gpio",
    .capability = "switch",
    .read_back = ReadBack::pin,
    .source = "libgpiod 1.6, gpiod.h; Linux, userspace-api/gpio/chardev_v1.rst",
    .options = options,
    .open = open_gpio,
};

}  // namespace brewproof
