// libusb 1.0 held by RAII, for the files that talk to it.
#pragma once

#include <libusb-1.0/libusb.h>

#include <memory>
#include <vector>

#include "drivers/transport/plugged_usb.h"
#include "rig/model/result.h"

namespace brewproof {

struct FreeUsb {
  void operator()(libusb_context* context) const { ::libusb_exit(context); }
  void operator()(libusb_device* device) const { ::libusb_unref_device(device); }
  void operator()(libusb_device_handle* handle) const { ::libusb_close(handle); }
};
/// Shared: devices and handles must not outlive it.
using UsbContext = std::shared_ptr<libusb_context>;
using UsbDevice = std::unique_ptr<libusb_device, FreeUsb>;
using UsbHandle = std::unique_ptr<libusb_device_handle, FreeUsb>;

[[nodiscard]] Result<UsbContext> start_usb();

/// As /sys shows it, with what libusb knows beside.
[[nodiscard]] PluggedUsb describe_usb(libusb_device* device);

struct ListedUsb {
  PluggedUsb plugged;
  UsbDevice device;
};
/// All devices, root hubs ("usb1") too, in the order of their sockets.
[[nodiscard]] Result<std::vector<ListedUsb>> list_usb(libusb_context* context);

}  // namespace brewproof
