#include "rig/command/board_place.h"

#include <filesystem>
#include <fstream>
#include <vector>

namespace brewproof {
namespace {

namespace fs = std::filesystem;

std::string line_of(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

std::string option(const ResourceConfig& resource, const char* name) {
  const auto found = resource.options.find(name);
  return found == resource.options.end() ? "" : found->second;
}

// `device` is a folder like .../usb1/1-1/1-1.4 that describes one USB device.
BoardPlace of_usb_device(const fs::path& device) {
  return {"usb " + device.filename().string(), line_of(device / "serial"),
          line_of("/proc/sys/kernel/random/boot_id") + " " + line_of(device / "busnum") + "/" +
              line_of(device / "devnum")};
}

// From /sys/class/tty/ttyUSB0/device up to the USB device that the port belongs to.
BoardPlace of_port(const std::string& port, const fs::path& sysfs) {
  std::error_code error;
  const fs::path real = fs::canonical(port, error);
  if (error) return {};
  fs::path at = fs::canonical(sysfs / "class/tty" / real.filename() / "device", error);
  for (; !error && at.has_relative_path(); at = at.parent_path())
    if (fs::exists(at / "devnum", error)) return of_usb_device(at);
  return {real.string(), "", ""};
}

// The one device that has all the properties which the bench file gives.
BoardPlace of_usb_options(const ResourceConfig& resource, const fs::path& sysfs) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator at(sysfs / "bus/usb/devices", error), end; !error && at != end;
       at.increment(error)) {
    const auto fits = [&](const char* name, const std::string& value) {
      const std::string wanted = option(resource, name);
      return wanted.empty() || wanted == value;
    };
    if (fs::exists(at->path() / "devnum") && fits("usb.path", at->path().filename().string()) &&
        fits("usb.vid", line_of(at->path() / "idVendor")) &&
        fits("usb.pid", line_of(at->path() / "idProduct")) &&
        fits("usb.serial", line_of(at->path() / "serial")))
      found.push_back(at->path());
  }
  return found.size() == 1 ? of_usb_device(found.front()) : BoardPlace{};
}

}  // namespace

BoardPlace place_of(const ResourceConfig& resource, const std::string& sysfs) {
  const std::string port = option(resource, "port");
  if (!port.empty()) return of_port(port, sysfs);
  for (const auto& [name, value] : resource.options)
    if (name.starts_with("usb.")) return of_usb_options(resource, sysfs);
  return {};
}

}  // namespace brewproof
