#include "drivers/transport/gpio_discovery.h"

#include <fcntl.h>
#include <linux/gpio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

namespace brewproof {
namespace {

namespace fs = std::filesystem;

FoundChip describe(const std::string& name) {
  FoundChip found;
  found.path = "/dev/" + name;
  const int chip = ::open(found.path.c_str(), O_RDONLY | O_CLOEXEC);
  if (chip < 0) return found;
  gpiochip_info about{};
  if (::ioctl(chip, GPIO_GET_CHIPINFO_IOCTL, &about) == 0) {
    found.label = std::string(about.label, ::strnlen(about.label, sizeof about.label));
    found.lines = static_cast<int>(about.lines);
  }
  ::close(chip);
  return found;
}

}  // namespace

std::vector<FoundChip> list_gpio_chips() {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator each("/sys/bus/gpio/devices", error), end; !error && each != end;
       each.increment(error))
    if (const std::string name = each->path().filename(); name.starts_with("gpiochip"))
      names.push_back(name);
  // gpiochip10 comes after gpiochip9.
  std::ranges::sort(names, {},
                    [](const std::string& name) { return std::pair(name.size(), name); });
  std::vector<FoundChip> chips;
  chips.reserve(names.size());
  for (const std::string& name : names) chips.push_back(describe(name));
  return chips;
}

}  // namespace brewproof
