#include "tests/drivers/gpio/mocked_chip.h"

#include <dlfcn.h>
#include <linux/gpio.h>
#include <sys/eventfd.h>

#include <cerrno>
#include <cstdarg>
#include <cstring>
#include <filesystem>

namespace brewproof::testing {

int answer_gpio(int descriptor, unsigned long request, void* argument);

namespace {

constexpr unsigned line_count = 54;

// What a descriptor that stands for a requested line is about.
struct Handle {
  unsigned offset = 0;
  bool is_active_low = false;
};

MockedChip* chip = nullptr;
std::map<int, Handle> handles;

int refuse(int error) {
  errno = error;
  return -1;
}

int tell_chip(gpiochip_info& about) {
  about = {};
  std::strcpy(about.name, "gpiochip0");
  std::strcpy(about.label, "pinctrl-bcm2835");
  about.lines = line_count;
  return 0;
}

int tell_line(gpioline_info& about) {
  const unsigned offset = about.line_offset;
  if (offset >= line_count) return refuse(EINVAL);
  const MockedLine& line = chip->lines[offset];
  about = {};
  about.line_offset = offset;
  if (line.is_output) about.flags |= GPIOLINE_FLAG_IS_OUT;
  if (!line.used_by.empty()) about.flags |= GPIOLINE_FLAG_KERNEL;
  std::strncpy(about.consumer, line.used_by.c_str(), sizeof about.consumer - 1);
  return 0;
}

int set_level(const Handle& handle, bool on) {
  MockedLine& line = chip->lines[handle.offset];
  line.is_high = on != handle.is_active_low;
  line.ever_high = line.ever_high || line.is_high;
  return 0;
}

int request_line(gpiohandle_request& request) {
  MockedLine& line = chip->lines[request.lineoffsets[0]];
  if (!line.used_by.empty()) return refuse(EBUSY);
  const bool is_output = (request.flags & GPIOHANDLE_REQUEST_OUTPUT) != 0;
  if (request.lines != 1 || (!is_output && (request.flags & GPIOHANDLE_REQUEST_INPUT) == 0))
    return refuse(EINVAL);
  request.fd = ::eventfd(0, EFD_CLOEXEC);
  const Handle handle{request.lineoffsets[0], (request.flags & GPIOHANDLE_REQUEST_ACTIVE_LOW) != 0};
  handles[request.fd] = handle;
  line.is_output = is_output;
  line.is_pulled_up = (request.flags & GPIOHANDLE_REQUEST_BIAS_PULL_UP) != 0;
  if (!is_output) return 0;
  return set_level(handle, request.default_values[0] != 0);
}

int answer(int descriptor, unsigned long request, void* argument) {
  if (request == GPIO_GET_CHIPINFO_IOCTL) return tell_chip(*static_cast<gpiochip_info*>(argument));
  if (request == GPIO_GET_LINEINFO_IOCTL) return tell_line(*static_cast<gpioline_info*>(argument));
  if (request == GPIO_GET_LINEHANDLE_IOCTL)
    return request_line(*static_cast<gpiohandle_request*>(argument));
  if (chip->error != 0) return refuse(chip->error);
  const Handle& handle = handles.at(descriptor);
  auto& values = *static_cast<gpiohandle_data*>(argument);
  if (request == GPIOHANDLE_SET_LINE_VALUES_IOCTL)
    return chip->is_stuck ? 0 : set_level(handle, values.values[0] != 0);
  if (request != GPIOHANDLE_GET_LINE_VALUES_IOCTL) return refuse(EINVAL);
  values.values[0] = chip->lines[handle.offset].is_high != handle.is_active_low ? 1 : 0;
  return 0;
}

}  // namespace

MockedChip::MockedChip() : testbed_(umockdev_testbed_new()) {
  umockdev_testbed_add_from_string(testbed_,
                                   "P: /devices/platform/gpiochip0\nN: gpiochip0\n"
                                   "E: SUBSYSTEM=gpio\nE: DEVNAME=/dev/gpiochip0\nE: MAJOR=254\n"
                                   "E: MINOR=0\nA: dev=254:0\\n\n",
                                   nullptr);
  // libgpiod looks for the chip's name here.
  char* root = umockdev_testbed_get_root_dir(testbed_);
  const std::filesystem::path devices = std::filesystem::path(root) / "sys/bus/gpio/devices";
  g_free(root);
  std::filesystem::create_directories(devices);
  if (!std::filesystem::is_symlink(devices / "gpiochip0"))
    std::filesystem::create_symlink("../../../devices/platform/gpiochip0", devices / "gpiochip0");
  chip = this;
}

MockedChip::~MockedChip() {
  chip = nullptr;
  handles.clear();
  g_object_unref(testbed_);
}

int answer_gpio(int descriptor, unsigned long request, void* argument) {
  return chip == nullptr ? refuse(ENODEV) : answer(descriptor, request, argument);
}

}  // namespace brewproof::testing

// Interposes libc's.
extern "C" int ioctl(int descriptor, unsigned long request, ...) noexcept {
  va_list arguments;
  va_start(arguments, request);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  if (_IOC_TYPE(request) == 0xB4)
    return brewproof::testing::answer_gpio(descriptor, request, argument);
  using Ioctl = int (*)(int, unsigned long, ...);
  static const auto real = reinterpret_cast<Ioctl>(dlsym(RTLD_NEXT, "ioctl"));
  return real(descriptor, request, argument);
}
