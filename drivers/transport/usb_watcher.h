// News of USB devices that come and go (libusb's hotplug events). A device's address changes from
// plug to plug; the socket it is in (path) and its serial number do not.
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "drivers/transport/plugged_usb.h"
#include "rig/model/result.h"

namespace brewproof {

/// Owned and called by one thread.
class UsbWatcher {
 public:
  /// Error `host`: the station has no USB, or no way to notice.
  [[nodiscard]] static Result<UsbWatcher> start();
  UsbWatcher(UsbWatcher&&) noexcept;
  UsbWatcher& operator=(UsbWatcher&&) noexcept;
  ~UsbWatcher();

  enum class News { arrived, left };
  struct Event {
    News news;
    PluggedUsb device;
  };
  /// The next arrival or departure since the start; nullopt: none within the time.
  [[nodiscard]] Result<std::optional<Event>> next(std::chrono::milliseconds within);

 private:
  struct State;
  explicit UsbWatcher(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace brewproof
