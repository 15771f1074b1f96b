// The talk with one USB device through libusb 1.0: control transfers, and interrupt or bulk ones as
// its endpoints are. What a Dialogue is for serial lines: every transfer is recorded with its clock
// brackets, a control transfer with its 8 setup bytes first.
//
// Owns the device: the interface is claimed for as long as this lives (nobody else can switch
// it), the kernel's driver is detached and, at the end, attached again, unless the kind says no.
// Nothing is sent on opening or closing. Once the device is gone (`io`) the link stays broken and
// repeats the first cause; a device that is silent (`timeout`), refuses by a stall or talks
// nonsense (`protocol`) does not break it. After `timeout` it is unknown whether the device obeyed.
// Called from one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "drivers/transport/plugged_usb.h"
#include "rig/bench/driver.h"

namespace brewproof {

/// The first 8 bytes of a control transfer, without the length (USB 2.0, table 9-2).
struct UsbSetup {
  std::uint8_t request_type;
  std::uint8_t request;
  std::uint16_t value;
  std::uint16_t index;
};

class UsbLink {
 public:
  virtual ~UsbLink() = default;

  static constexpr std::chrono::milliseconds usual_time{500};

  /// One exchange. An exchange still open is finished first.
  virtual Result<void> control_out(const UsbSetup& setup, ByteView bytes) = 0;
  /// One exchange; may give fewer bytes than asked for.
  virtual Result<Bytes> control_in(const UsbSetup& setup, std::size_t length) = 0;
  /// Begins an exchange. `endpoint` is interrupt or bulk, as the device declares it.
  virtual Result<void> write(std::uint8_t endpoint, ByteView bytes) = 0;
  /// What the device says next on `endpoint`; belongs to the open exchange. Error `timeout`:
  /// nothing within the time. A stall is cleared, so that the endpoint can be used again.
  virtual Result<Bytes> read(std::uint8_t endpoint, std::size_t most,
                             std::chrono::milliseconds within) = 0;
  /// Ends and records the open exchange and gives its stamps; without one: those of the last.
  virtual Sent finish() = 0;

  /// The first endpoint of the claimed interface in (0x81 ...) or out (0x01 ...); nullopt: none.
  [[nodiscard]] virtual std::optional<std::uint8_t> endpoint(bool in) const = 0;
  [[nodiscard]] virtual const PluggedUsb& device() const = 0;
  /// The resource's name in the bench file, which every message should hold.
  [[nodiscard]] virtual const std::string& resource() const = 0;
};

/// What a driver looks for.
struct UsbKind {
  std::string_view name;  // "dcttech relay board", for messages
  std::function<bool(const PluggedUsb&)> fits;
  std::optional<int> interface = 0;  // to claim; nullopt: none (a hub stays the kernel's)
  std::optional<std::uint8_t> interface_class{};  // the first of that class instead: 3 is HID
  bool give_back = true;                          // to the kernel's driver at the end
  /// Asks a device for the serial number that only its reports hold; `usb.serial` then means
  /// that. Must be harmless. Empty: the serial number is the USB one.
  std::function<Result<std::string>(UsbLink&)> ask_serial;
};

/// Opens the one device of that kind that the resource's options `usb.path`, `usb.vid`,
/// `usb.pid` and `usb.serial` leave over. Errors: `io` none or several are left, each listed with
/// what tells it apart; `host` no permission (with the udev rule to install) or in use.
[[nodiscard]] Result<std::unique_ptr<UsbLink>> open_usb(const ResourceConfig& resource,
                                                        const DriverContext& context,
                                                        const UsbKind& kind);

}  // namespace brewproof
