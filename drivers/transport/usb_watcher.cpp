#include "drivers/transport/usb_watcher.h"

#include <deque>
#include <map>

#include "drivers/transport/usb_context.h"

namespace brewproof {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

}  // namespace

// The callback runs inside next(), on its thread. A device that has left is described as it was:
// /sys has forgotten it.
struct UsbWatcher::State {
  std::map<libusb_device*, PluggedUsb> known;
  std::deque<Event> events;
  UsbContext context;  // last: closed first, with its callbacks

  static int notice(libusb_context*, libusb_device* device, libusb_hotplug_event event,
                    void* state) {
    static_cast<State*>(state)->notice(device, event == LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED);
    return 0;
  }
  void notice(libusb_device* device, bool arrived) {
    if (arrived) {
      const PluggedUsb& plugged = known[device] = describe_usb(device);
      events.push_back({News::arrived, plugged});
      return;
    }
    const auto left = known.find(device);
    events.push_back({News::left, left == known.end() ? describe_usb(device) : left->second});
    if (left != known.end()) known.erase(left);
  }
};

UsbWatcher::UsbWatcher(std::unique_ptr<State> state) : state_(std::move(state)) {}
UsbWatcher::UsbWatcher(UsbWatcher&&) noexcept = default;
UsbWatcher& UsbWatcher::operator=(UsbWatcher&&) noexcept = default;
UsbWatcher::~UsbWatcher() = default;

Result<UsbWatcher> UsbWatcher::start() {
  auto context = start_usb();
  if (!context) return pass_on(std::move(context));
  auto state = std::make_unique<State>();
  state->context = std::move(*context);
  if (::libusb_has_capability(LIBUSB_CAP_HAS_HOTPLUG) == 0)
    return fail(ErrorCode::host, "libusb cannot notice devices here: was it built without udev?");
  // What is here already is known, and no news.
  const int error = ::libusb_hotplug_register_callback(
      state->context.get(), LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED | LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT,
      LIBUSB_HOTPLUG_ENUMERATE, LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY,
      LIBUSB_HOTPLUG_MATCH_ANY, State::notice, state.get(), nullptr);
  if (error != LIBUSB_SUCCESS)
    return fail(ErrorCode::host, "watching the USB devices: {}", ::libusb_strerror(error));
  state->events.clear();
  return UsbWatcher(std::move(state));
}

Result<std::optional<UsbWatcher::Event>> UsbWatcher::next(milliseconds within) {
  const auto deadline = SteadyClock::now() + within;
  while (state_->events.empty()) {
    const auto left = std::chrono::duration_cast<microseconds>(deadline - SteadyClock::now());
    if (left.count() < 0) return std::nullopt;
    timeval limit{left.count() / 1'000'000, left.count() % 1'000'000};
    const int error =
        ::libusb_handle_events_timeout_completed(state_->context.get(), &limit, nullptr);
    if (error != LIBUSB_SUCCESS && error != LIBUSB_ERROR_INTERRUPTED)
      return fail(ErrorCode::host, "watching the USB devices: {}", ::libusb_strerror(error));
  }
  const Event event = state_->events.front();
  state_->events.pop_front();
  return event;
}

}  // namespace brewproof
