#include "drivers/transport/usb_identity.h"

#include <fmt/core.h>
#include <strings.h>

#include "drivers/quoted.h"

namespace brewproof {

std::string wanted_usb(const std::map<std::string, std::string>& options) {
  std::string text;
  for (const char* key : {"vid", "pid", "serial", "path"})
    if (const auto option = options.find(std::string("usb.") + key); option != options.end())
      text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", key, option->second);
  return text;
}

bool is_wanted(const UsbIdentity& device, const std::map<std::string, std::string>& options) {
  const auto fits = [&](const char* key, const std::string& value) {
    const auto option = options.find(key);
    return option == options.end() || option->second == value;
  };
  const auto fits_hex = [&](const char* key, const std::string& value) {
    const auto option = options.find(key);
    return option == options.end() || ::strcasecmp(option->second.c_str(), value.c_str()) == 0;
  };
  return !device.vid.empty() && fits_hex("usb.vid", device.vid) &&
         fits_hex("usb.pid", device.pid) && fits("usb.serial", device.serial) &&
         fits("usb.path", device.usb_path);
}

std::string usb_line(const UsbIdentity& device) {
  return fmt::format("usb: {{path: {}, vid: {}, pid: {}{}}}  {}", device.usb_path, device.vid,
                     device.pid,
                     device.serial.empty() ? "" : ", serial: " + quoted(as_bytes(device.serial)),
                     quoted(as_bytes(device.product)));
}

std::string udev_rule(const UsbIdentity& device) {
  return fmt::format(
      R"(SUBSYSTEM=="usb", ATTR{{idVendor}}=="{}", ATTR{{idProduct}}=="{}", MODE="0660", )"
      R"(GROUP="plugdev", TAG+="uaccess")",
      device.vid, device.pid);
}

}  // namespace brewproof
