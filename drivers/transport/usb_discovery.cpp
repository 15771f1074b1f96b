#include "drivers/transport/usb_discovery.h"

#include <algorithm>
#include <array>
#include <deque>
#include <fstream>
#include <map>

#include "drivers/transport/usb_context.h"

namespace brewproof {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

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

std::string kernel_text(const std::string& path, const char* name) {
  std::ifstream in(fmt::format("/sys/bus/usb/devices/{}/{}", path, name));
  std::string text;
  std::getline(in, text);
  return text;
}

FoundUsb describe(libusb_device* device) {
  libusb_device_descriptor descriptor{};
  ::libusb_get_device_descriptor(device, &descriptor);  // cached: cannot fail since libusb 1.0.16
  const std::string path = path_of(device);
  return {.identity = {.usb_path = path,
                       .vid = fmt::format("{:04x}", descriptor.idVendor),
                       .pid = fmt::format("{:04x}", descriptor.idProduct),
                       .serial = kernel_text(path, "serial"),
                       .manufacturer = kernel_text(path, "manufacturer"),
                       .product = kernel_text(path, "product")},
          .bus = ::libusb_get_bus_number(device),
          .address = ::libusb_get_device_address(device),
          .is_hub = descriptor.bDeviceClass == LIBUSB_CLASS_HUB};
}

}  // namespace

Result<UsbContext> start_usb() {
  libusb_context* context = nullptr;
  if (const int error = ::libusb_init(&context); error != LIBUSB_SUCCESS)
    return fail(ErrorCode::host, "starting libusb: {}: does `lsusb` work here?",
                ::libusb_strerror(error));
  return UsbContext(context, FreeUsb{});
}

Result<std::vector<ListedUsb>> list_usb(libusb_context* context) {
  libusb_device** list = nullptr;
  const ssize_t count = ::libusb_get_device_list(context, &list);
  if (count < 0)
    return fail(ErrorCode::host, "listing the USB devices: {}",
                ::libusb_strerror(static_cast<int>(count)));
  std::vector<ListedUsb> devices;
  for (ssize_t i = 0; i < count; ++i)
    devices.push_back({describe(list[i]), UsbDevice(::libusb_ref_device(list[i]))});
  ::libusb_free_device_list(list, 1);
  std::ranges::sort(devices, {}, [](const ListedUsb& one) { return one.found.identity.usb_path; });
  return devices;
}

Result<std::vector<FoundUsb>> list_usb_devices() {
  auto context = start_usb();
  if (!context) return pass_on(std::move(context));
  auto listed = list_usb(context->get());
  if (!listed) return pass_on(std::move(listed));
  std::vector<FoundUsb> found;
  for (const ListedUsb& one : *listed) found.push_back(one.found);
  return found;
}

// The callback runs inside next(), on its thread. A device that has left is described as it was:
// /sys has forgotten it.
struct UsbWatcher::State {
  std::map<libusb_device*, FoundUsb> known;
  std::deque<Event> events;
  UsbContext context;  // last: closed first, with its callbacks

  static int notice(libusb_context*, libusb_device* device, libusb_hotplug_event event,
                    void* state) {
    static_cast<State*>(state)->notice(device, event == LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED);
    return 0;
  }
  void notice(libusb_device* device, bool arrived) {
    if (arrived) {
      const FoundUsb& found = known[device] = describe(device);
      events.push_back({News::arrived, found});
      return;
    }
    const auto left = known.find(device);
    events.push_back({News::left, left == known.end() ? describe(device) : left->second});
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
