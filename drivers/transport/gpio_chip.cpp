#include "drivers/transport/gpio_chip.h"

#include <cerrno>
#include <cstring>

#include "drivers/option.h"
#include "drivers/quoted.h"

namespace brewproof {
namespace {

Result<GpioChip> open_chip(const std::string& path) {
  GpioChip chip(gpiod_chip_open(path.c_str()));
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

Result<GpioLine> take(gpiod_chip& chip, unsigned offset, RequestGpioLine request, int flags) {
  if (offset >= gpiod_chip_num_lines(&chip))
    return fail(ErrorCode::bad_file, "{} has no line {}: its lines are 0 to {} (see `gpioinfo`)",
                identity_of(chip), offset, gpiod_chip_num_lines(&chip) - 1);
  gpiod_line* line = gpiod_chip_get_line(&chip, offset);
  if (line == nullptr)
    return fail(ErrorCode::io, "looking at line {} of {}: {}", offset, identity_of(chip),
                std::strerror(errno));
  if (request(line, flags) == 0) return GpioLine{offset, line};
  const int error = errno;
  const char* consumer = gpiod_line_consumer(line);
  if (error == EBUSY)
    return fail(ErrorCode::host, "line {} of {} is in use by {}: end that first", offset,
                identity_of(chip), consumer == nullptr ? "the kernel" : quoted(as_bytes(consumer)));
  return fail(ErrorCode::io, "taking line {} of {}: {}", offset, identity_of(chip),
              std::strerror(error));
}

}  // namespace

std::string identity_of(gpiod_chip& chip) {
  return fmt::format("{} ({})", gpiod_chip_name(&chip), gpiod_chip_label(&chip));
}

Result<GpioLines> take_gpio_lines(const ResourceConfig& resource, RequestGpioLine request,
                                  int flags) {
  const std::string active = text_option(resource, "active", "high");
  if (active != "high" && active != "low")
    return fail(ErrorCode::bad_file, "active is {}: high or low is expected",
                quoted(as_bytes(active)));
  if (active == "low") flags |= GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW;
  auto chip = open_chip(text_option(resource, "chip", ""));
  if (!chip) return pass_on(std::move(chip));
  GpioLines taken{*std::move(chip), {}};
  // `lines` of the bench file comes as lines.0, lines.1 ...
  while (resource.options.contains(fmt::format("lines.{}", taken.lines.size()))) {
    auto offset = number_option(resource, fmt::format("lines.{}", taken.lines.size()), 0, 0, 65535);
    if (!offset) return pass_on(std::move(offset));
    auto line = take(*taken.chip, static_cast<unsigned>(*offset), request, flags);
    if (!line) return pass_on(std::move(line));
    taken.lines.push_back(*line);
  }
  if (taken.lines.empty())
    return fail(ErrorCode::bad_file, "lines is missing: which ones, as [17, 27]?");
  return taken;
}

}  // namespace brewproof
