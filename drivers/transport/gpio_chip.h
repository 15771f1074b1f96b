// A Linux GPIO chip and its lines, opened for the drivers gpio (outputs) and gpio_input. Closing
// the chip releases the lines taken from it.
#pragma once

#include <gpiod.h>

#include <memory>
#include <string>
#include <vector>

#include "rig/bench/driver.h"

namespace brewproof {

struct CloseGpioChip {
  void operator()(gpiod_chip* chip) const { gpiod_chip_close(chip); }
};
using GpioChip = std::unique_ptr<gpiod_chip, CloseGpioChip>;

struct GpioLine {
  unsigned offset = 0;
  gpiod_line* line = nullptr;  // the chip's
};

struct GpioLines {
  GpioChip chip;
  std::vector<GpioLine> lines;  // channel 1 first
};

/// "gpiochip0 (pinctrl-bcm2835)"
[[nodiscard]] std::string identity_of(gpiod_chip& chip);

/// How a line is asked for: an errno-setting call that returns 0 (gpiod_line_request_*).
using RequestGpioLine = int (*)(gpiod_line* line, int flags);

/// Opens `chip` of the bench file and takes each of its `lines` with `request` and `flags`, to
/// which `active: low` is added. Error `bad_file`: no such chip, line or option; `host`: no
/// permission, or a line is in use.
[[nodiscard]] Result<GpioLines> take_gpio_lines(const ResourceConfig& resource,
                                                RequestGpioLine request, int flags);

}  // namespace brewproof
