// What tells one USB device from another, serial adapters among them, and how a bench file means
// it: `usb: {path: 1-1.4, vid: 16c0, pid: 05df, serial: 6QMBS}`, each key narrowing it down. Pure.
#pragma once

#include <map>
#include <string>

namespace brewproof {

struct UsbIdentity {
  std::string usb_path;               // bus and sockets, "1-1.4"; "" = not known
  std::string vid, pid;               // four lower-case hex digits; "" = not on USB
  std::string serial;                 // "" = the device has none
  std::string manufacturer, product;  // as the device calls itself
};

/// The options named usb.*, as a bench file writes them: "vid: 16c0, pid: 05df".
[[nodiscard]] std::string wanted_usb(const std::map<std::string, std::string>& options);

/// Every option named usb.* is the device's own. Hex digits may be of either case.
[[nodiscard]] bool is_wanted(const UsbIdentity& device,
                             const std::map<std::string, std::string>& options);

/// A line for people to choose from: `usb: {path: 1-1.4, vid: 16c0, pid: 05df}  "USBRelay4"`.
[[nodiscard]] std::string usb_line(const UsbIdentity& device);

/// The line of a udev rules file that gives the group plugdev and whoever sits at the computer
/// access to such devices. Its file must come before udev's 73-seat-late.rules.
[[nodiscard]] std::string udev_rule(const UsbIdentity& device);

}  // namespace brewproof
