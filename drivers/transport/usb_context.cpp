#include "drivers/transport/usb_context.h"

#include <algorithm>
#include <array>

namespace brewproof {
namespace {

// "usb1" for a root hub, "1-1.4" for what hangs below: the names in /sys/bus/usb/devices.
std::string path_of(libusb_device* device) {
  std::array<std::uint8_t, 8> ports{};
  const int bus = ::libusb_get_bus_number(device);
  const int depth = ::libusb_get_port_numbers(device, ports.data(), static_cast<int>(ports.size()));
  if (depth <= 0) return fmt::format("usb{}", bus);
  std::string path = fmt::format("{}-{}", bus, ports[0]);
  for (int i = 1; i < depth; ++i) path += fmt::format(".{}", ports[static_cast<std::size_t>(i)]);
  return path;
}

}  // namespace

Result<UsbContext> start_usb() {
  libusb_context* context = nullptr;
  if (const int error = ::libusb_init(&context); error != LIBUSB_SUCCESS)
    return fail(ErrorCode::host, "starting libusb: {}: does `lsusb` work here?",
                ::libusb_strerror(error));
  return UsbContext(context, FreeUsb{});
}

PluggedUsb describe_usb(libusb_device* device) {
  PluggedUsb plugged = plugged_usb_at(path_of(device));
  // What libusb itself keeps holds also when /sys has just forgotten the device.
  libusb_device_descriptor descriptor{};
  ::libusb_get_device_descriptor(device, &descriptor);  // cached: cannot fail since libusb 1.0.16
  plugged.vid = fmt::format("{:04x}", descriptor.idVendor);
  plugged.pid = fmt::format("{:04x}", descriptor.idProduct);
  plugged.hub = descriptor.bDeviceClass == LIBUSB_CLASS_HUB;
  plugged.node = fmt::format("/dev/bus/usb/{:03}/{:03}", ::libusb_get_bus_number(device),
                             ::libusb_get_device_address(device));
  return plugged;
}

Result<std::vector<ListedUsb>> list_usb(libusb_context* context) {
  libusb_device** list = nullptr;
  const ssize_t count = ::libusb_get_device_list(context, &list);
  if (count < 0)
    return fail(ErrorCode::host, "listing the USB devices: {}",
                ::libusb_strerror(static_cast<int>(count)));
  std::vector<ListedUsb> devices;
  for (ssize_t i = 0; i < count; ++i)
    devices.push_back({describe_usb(list[i]), UsbDevice(::libusb_ref_device(list[i]))});
  ::libusb_free_device_list(list, 1);
  std::ranges::sort(devices, before_on_usb, &ListedUsb::plugged);
  return devices;
}

}  // namespace brewproof
