// GPIO lines of a Linux computer as inputs: a stop button, a cup sensor, a float switch.
//
//   sensors: {driver: gpio_input, chip: /dev/gpiochip0, lines: [5, 6], active: low, pull: up}
//
// Line 1 of the resource is the first that is named. A contact to ground is `active: low, pull:
// up`: open reads off, closed reads on. For a stop button take one that *opens* its contact and
// name it `emergency: {e_stop: off}`, so that a cut cable stops too.
//
// Sources: libgpiod 1.6, gpiod.h (bias flags need Linux 5.5; an older kernel refuses them).

#include <array>
#include <cerrno>
#include <cstring>

#include "drivers/option.h"
#include "drivers/quoted.h"
#include "drivers/transport/gpio_chip.h"

namespace brewproof {
namespace {

int request_input(gpiod_line* line, int flags) {
  return gpiod_line_request_input_flags(line, "brewproof", flags);
}

class GpioInputs final : public Device, public Input {
 public:
  GpioInputs(GpioLines lines, const ResourceConfig& resource, const DriverContext& context)
      : taken_(std::move(lines)), resource_(resource.name), context_(context) {}

  [[nodiscard]] std::string identity() const override { return identity_of(*taken_.chip); }
  Input* as_input() override { return this; }

  Result<bool> sense(int number) override {
    if (number < 1 || static_cast<std::size_t>(number) > taken_.lines.size())
      return fail(ErrorCode::usage, "{} has no line {}: `lines` names {}", resource_, number,
                  taken_.lines.size());
    const GpioLine& line = taken_.lines[static_cast<std::size_t>(number - 1)];
    const std::string words = fmt::format("line {} state", line.offset);
    Exchange exchange{resource_, {}, Bytes(words.begin(), words.end()), {}};
    exchange.sent.before_write = context_.clock.now();
    const int level = gpiod_line_get_value(line.line);
    const int error = errno;
    exchange.sent.after_drain = context_.clock.now();
    if (level < 0)
      return fail(ErrorCode::io, "{}: {} of {}: {}", resource_, words, identity(),
                  std::strerror(error));
    const std::string_view state = level != 0 ? "on" : "off";
    exchange.received.assign(state.begin(), state.end());
    exchange.sent.first_reply = exchange.sent.after_drain;
    if (context_.record) context_.record(exchange);
    last_sent_ = exchange.sent;
    return level != 0;
  }

  Result<Sent> harmless_exchange() override {
    auto state = sense(1);
    if (!state) return pass_on(std::move(state));
    return last_sent_;
  }

 private:
  GpioLines taken_;
  std::string resource_;
  DriverContext context_;
  Sent last_sent_;
};

Result<std::unique_ptr<Device>> open_gpio_input(const ResourceConfig& resource,
                                                const DriverContext& context) {
  const std::string pull = text_option(resource, "pull", "none");
  const int bias = pull == "up"     ? GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP
                   : pull == "down" ? GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN
                                    : 0;
  if (bias == 0 && pull != "none")
    return fail(ErrorCode::bad_file, "pull is {}: up, down or none is expected",
                quoted(as_bytes(pull)));
  auto lines = take_gpio_lines(resource, request_input, bias);
  if (!lines) return pass_on(std::move(lines));
  return std::make_unique<GpioInputs>(*std::move(lines), resource, context);
}

constexpr std::array<OptionEntry, 4> options{{
    {"chip", true, "the GPIO chip, as /dev/gpiochip0"},
    {"lines", true, "its lines in the order of the inputs, as [5, 6]"},
    {"active", false, "low where a line is on at 0 V; high where absent"},
    {"pull", false, "up or down: the chip's own resistor; none where absent"},
}};

}  // namespace

extern const DriverEntry gpio_input_driver;
constinit const DriverEntry gpio_input_driver{
    .name = "gpio_input",
    .summary = "GPIO lines of this computer as inputs: stop button, cup sensor, float switch",
    .transport = "gpio",
    .capability = "input",
    .read_back = ReadBack::pin,
    .source = "libgpiod 1.6, gpiod.h; Linux, userspace-api/gpio/chardev_v1.rst",
    .options = options,
    .open = open_gpio_input,
};

}  // namespace brewproof
