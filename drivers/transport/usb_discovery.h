// Which USB devices this station has, and news of those that come and go. A device's address
// changes from plug to plug; the socket it is in (path) and its serial number do not.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "drivers/transport/usb_identity.h"
#include "rig/model/result.h"

namespace brewproof {

struct FoundUsb {
  UsbIdentity identity;
  int bus = 0, address = 0;  // as in /dev/bus/usb/001/004
  bool is_hub = false;
};

/// All devices, hubs too, in the order of their paths. Their texts are those that the kernel read
/// when they were plugged in, so that no permission is needed.
[[nodiscard]] Result<std::vector<FoundUsb>> list_usb_devices();

/// Notices devices that are plugged in and pulled out. Owned and called by one thread.
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
    FoundUsb device;
  };
  /// The next arrival or departure since the start; nullopt: none within the time.
  [[nodiscard]] Result<std::optional<Event>> next(std::chrono::milliseconds within);

 private:
  struct State;
  explicit UsbWatcher(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace brewproof
