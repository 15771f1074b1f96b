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

#include <gpiod.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "drivers/each_off.h"
#include "drivers/option.h"
#include "drivers/quoted.h"
#include "rig/bench/driver.h"

namespace brewproof {
namespace {

struct CloseChip {
  // Releases the lines too.
  void operator()(gpiod_chip* chip) const { gpiod_chip_close(chip); }
};
using Chip = std::unique_ptr<gpiod_chip, CloseChip>;

struct Line {
  unsigned offset = 0;
  gpiod_line* line = nullptr;  // the chip's
};

class GpioLines final : public Device, public Switch {
 public:
  GpioLines(Chip chip, const ResourceConfig& resource, const DriverContext& context)
      : chip_(std::move(chip)), resource_(resource.name), context_(context) {}

  Result<void> take(unsigned offset, bool is_active_low) {
    if (offset >= gpiod_chip_num_lines(chip_.get()))
      return fail(ErrorCode::bad_file, "{} has no line {}: its lines are 0 to {} (see `gpioinfo`)",
                  identity(), offset, gpiod_chip_num_lines(chip_.get()) - 1);
    gpiod_line* line = gpiod_chip_get_line(chip_.get(), offset);
    if (line == nullptr)
      return fail(ErrorCode::io, "looking at line {} of {}: {}", offset, identity(),
                  std::strerror(errno));
    constexpr int off = 0;
    const int flags = is_active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0;
    if (gpiod_line_request_output_flags(line, "brewproof", flags, off) != 0) {
      const int error = errno;
      const char* consumer = gpiod_line_consumer(line);
      if (error == EBUSY)
        return fail(ErrorCode::host, "line {} of {} is in use by {}: end that first", offset,
                    identity(), consumer == nullptr ? "the kernel" : quoted(as_bytes(consumer)));
      return fail(ErrorCode::io, "making line {} of {} an output: {}", offset, identity(),
                  std::strerror(error));
    }
    lines_.push_back({offset, line});
    return {};
  }

  [[nodiscard]] std::string identity() const override {
    return fmt::format("{} ({})", gpiod_chip_name(chip_.get()), gpiod_chip_label(chip_.get()));
  }
  Switch* as_switch() override { return this; }
  [[nodiscard]] ReadBack read_back() const override { return ReadBack::pin; }

  Result<Sent> set(int channel, bool on) override {
    auto done = exchange(channel, on ? "on" : "off",
                         [on](gpiod_line* line) { return gpiod_line_set_value(line, on ? 1 : 0); });
    if (!done) return pass_on(std::move(done));
    return last_sent_;
  }

  Result<Sent> all_off() override { return each_off(*this, static_cast<int>(lines_.size())); }

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
    if (channel < 1 || static_cast<std::size_t>(channel) > lines_.size())
      return fail(ErrorCode::usage, "{} has no channel {}: `lines` names {}", resource_, channel,
                  lines_.size());
    if (first_cause_) return tl::unexpected(*first_cause_);
    const Line& line = lines_[static_cast<std::size_t>(channel - 1)];
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

  Chip chip_;
  std::string resource_;
  DriverContext context_;
  std::vector<Line> lines_;
  std::optional<Error> first_cause_;
  Sent last_sent_;
};

Result<Chip> open_chip(const std::string& path) {
  Chip chip(gpiod_chip_open(path.c_str()));
  if (chip) return chip;
  const int error = errno;
  if (error == ENOENT)
    return fail(ErrorCode::io, "there is no GPIO chip {}: `gpiodetect` lists them", path);
  if (error == ENOTTY)
    return fail(ErrorCode::bad_file, "{} is not a GPIO chip: `gpiodetect` lists them", path);
  if (error == EACCES || error == EPERM)
    return fail(ErrorCode::host,
                "no permission to open {}: become a member of its group (sudo adduser $USER gpio) "
                "and log in again",
                path);
  return fail(ErrorCode::io, "opening {}: {}", path, std::strerror(error));
}

Result<std::unique_ptr<Device>> open_gpio(const ResourceConfig& resource,
                                          const DriverContext& context) {
  const std::string active = text_option(resource, "active", "high");
  if (active != "high" && active != "low")
    return fail(ErrorCode::bad_file, "active is {}: high or low is expected",
                quoted(as_bytes(active)));
  auto chip = open_chip(text_option(resource, "chip", ""));
  if (!chip) return pass_on(std::move(chip));
  auto device = std::make_unique<GpioLines>(*std::move(chip), resource, context);
  // `lines` of the bench file comes as lines.0, lines.1 ...
  int count = 0;
  for (; resource.options.contains(fmt::format("lines.{}", count)); ++count) {
    auto offset = number_option(resource, fmt::format("lines.{}", count), 0, 0, 65535);
    if (!offset) return pass_on(std::move(offset));
    auto taken = device->take(static_cast<unsigned>(*offset), active == "low");
    if (!taken) return pass_on(std::move(taken));
  }
  if (count == 0) return fail(ErrorCode::bad_file, "lines is missing: which ones, as [17, 27]?");
  return device;
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
