#include "drivers/transport/plugged_usb.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>

namespace brewproof {
namespace {

namespace fs = std::filesystem;

// An attribute without the kernel's line feed; "" where the device has none.
std::string attribute(const fs::path& device, const char* name) {
  std::ifstream in(device / name, std::ios::binary);
  std::string text;
  std::getline(in, text);
  return text;
}

int number(const std::string& text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// "1-1.10" comes after "1-1.9".
std::vector<int> sockets(const std::string& usb_path) {
  std::vector<int> numbers{0};
  for (const char c : usb_path)
    if (c >= '0' && c <= '9')
      numbers.back() = numbers.back() * 10 + (c - '0');
    else
      numbers.push_back(0);
  return numbers;
}

}  // namespace

PluggedUsb plugged_usb_at(const std::string& usb_path) {
  const fs::path device = fs::path("/sys/bus/usb/devices") / usb_path;
  PluggedUsb found;
  found.usb_path = usb_path;
  found.vid = attribute(device, "idVendor");
  found.pid = attribute(device, "idProduct");
  found.serial = attribute(device, "serial");
  found.manufacturer = attribute(device, "manufacturer");
  found.product = attribute(device, "product");
  found.hub = attribute(device, "bDeviceClass") == "09";
  found.version = attribute(device, "version");
  found.version.erase(0, found.version.find_first_not_of(' '));
  found.release = attribute(device, "bcdDevice");
  const int bus = number(attribute(device, "busnum"));
  const int address = number(attribute(device, "devnum"));
  if (bus > 0 && address > 0) found.node = fmt::format("/dev/bus/usb/{:03}/{:03}", bus, address);
  return found;
}

bool before_on_usb(const UsbIdentity& one, const UsbIdentity& other) {
  return sockets(one.usb_path) < sockets(other.usb_path);
}

std::vector<PluggedUsb> list_plugged_usb() {
  std::vector<PluggedUsb> devices;
  std::error_code error;
  for (fs::directory_iterator each("/sys/bus/usb/devices", error), end; !error && each != end;
       each.increment(error)) {
    // Beside devices there are their interfaces ("1-1:1.0") and the root hubs ("usb1").
    const std::string name = each->path().filename();
    if (name.find(':') != std::string::npos || name.find('-') == std::string::npos) continue;
    PluggedUsb found = plugged_usb_at(name);
    if (found.vid.size() == 4 && found.pid.size() == 4) devices.push_back(std::move(found));
  }
  std::ranges::sort(devices, before_on_usb);
  return devices;
}

}  // namespace brewproof
