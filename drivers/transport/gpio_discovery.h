// The station's own GPIO chips (/dev/gpiochipN), as the kernel describes them.
#pragma once

#include <string>
#include <vector>

namespace brewproof {

struct FoundChip {
  std::string path;   // "/dev/gpiochip0"
  std::string label;  // "pinctrl-bcm2711"; "" where this user may not ask
  int lines = 0;      // 0 = not known
};

/// All chips in the order of their numbers.
[[nodiscard]] std::vector<FoundChip> list_gpio_chips();

}  // namespace brewproof
