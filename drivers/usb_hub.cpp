// A USB hub with power switches for its ports: whatever draws its power from a port is on or off.
//
// Sources: USB 2.0, 11.24.2 (requests), table 11-13 (descriptor), 11-21 (port status); USB 3.2,
// 10.16.2; mvp/uhubctl, uhubctl.c (which hubs really switch); Linux, Documentation/ABI/testing/
// sysfs-bus-usb (disable) and drivers/usb/core/port.c (peer).
//
//   A0 06 2900|2A00 0     hub descriptor, USB 2 | SuperSpeed: byte 2 ports, bits 0-1 of byte 3: 01
//                         where each port has a switch of its own
//   23 03|01 0008 port    port power on | off
//   A3 00 0000 port       4 bytes; power is bit 8 of the first two (USB 2), bit 9 (SuperSpeed)
//
// A USB 3 hub is two hubs in one box, and a port has power while either half gives it: each act
// goes to both, found by the port's `peer` in /sys; a port is off when both say so. The hub stays
// the kernel's, nothing is claimed. Where this user may write the port's `disable`, the kernel is
// told too, else it may switch the port on again by itself. The state is the hub's own bit: some
// hubs have the bit and no switch. Off is sent once: a hub that needs it repeated is read as on.
// All off is every port: nothing else may hang on this hub, least of all another board.

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <filesystem>

#include "drivers/channel.h"
#include "drivers/each_off.h"
#include "drivers/quoted.h"
#include "drivers/transport/usb.h"
#include "rig/bench/driver.h"

namespace brewproof {
namespace {

namespace fs = std::filesystem;

constexpr std::uint16_t port_power = 8;
constexpr std::size_t shortest_descriptor = 7, longest_descriptor = 12, status_size = 4;

struct Port {
  std::string hub;  // "1-1"; "usb1" is a root hub
  int number = 0;
};

// "/sys/bus/usb/devices/1-1/1-1:1.0/1-1-port2"
fs::path folder_of(const Port& port) {
  const std::string interface =
      port.hub.starts_with("usb") ? port.hub.substr(3) + "-0:1.0" : port.hub + ":1.0";
  return fs::path("/sys/bus/usb/devices") / port.hub / interface /
         fmt::format("{}-port{}", port.hub, port.number);
}

// The same socket on the other half; no number: there is none.
Port peer_of(const Port& port) {
  std::error_code none;
  const std::string name = fs::read_symlink(folder_of(port) / "peer", none).filename();
  const std::size_t cut = name.rfind("-port");
  if (none || cut == std::string::npos) return {};
  Port peer{name.substr(0, cut), 0};
  std::from_chars(name.data() + cut + 5, name.data() + name.size(), peer.number);
  return peer;
}

// Best effort: not every user may, and an older kernel has no such file.
void tell_kernel(const Port& port, bool on) {
  const int file = ::open((folder_of(port) / "disable").c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  [[maybe_unused]] const auto written = ::write(file, on ? "0" : "1", 1);
  ::close(file);
}

class Half {
 public:
  explicit Half(std::unique_ptr<UsbLink> link) : link_(std::move(link)) {}

  [[nodiscard]] const PluggedUsb& device() const { return link_->device(); }
  [[nodiscard]] const std::string& resource() const { return link_->resource(); }

  /// How many ports it has. Error `bad_file`: it has no switch for each.
  Result<int> ports() {
    const auto type = static_cast<std::uint16_t>(device().super_speed() ? 0x2A00 : 0x2900);
    const auto descriptor = link_->control_in({0xA0, 0x06, type, 0}, longest_descriptor);
    if (!descriptor) return tl::unexpected(descriptor.error());
    if (descriptor->size() < shortest_descriptor)
      return fail(ErrorCode::protocol, "{} answered {} where a hub's descriptor was expected",
                  resource(), quoted(*descriptor));
    const unsigned switching = (*descriptor)[3] & 3U;
    if (switching != 1)
      return fail(ErrorCode::bad_file,
                  "{}: the hub in USB socket {} {}: take one that switches each port (uhubctl's "
                  "list names some)",
                  resource(), device().usb_path,
                  switching == 0 ? "switches all its ports at once" : "has no power switches");
    return (*descriptor)[2];
  }

  Result<Sent> set(int port, bool on) {
    tell_kernel({device().usb_path, port}, on);
    const std::uint8_t request = on ? 0x03 : 0x01;
    auto sent =
        link_->control_out({0x23, request, port_power, static_cast<std::uint16_t>(port)}, {});
    if (!sent) return pass_on(std::move(sent));
    return link_->finish();
  }

  Result<bool> has_power(int port) {
    const auto status =
        link_->control_in({0xA3, 0x00, 0x0000, static_cast<std::uint16_t>(port)}, status_size);
    if (!status) return tl::unexpected(status.error());
    if (status->size() != status_size)
      return fail(ErrorCode::protocol,
                  "{} answered {} where 4 bytes of port status were expected: its state is unknown",
                  resource(), quoted(*status));
    return ((*status)[1] & (device().super_speed() ? 0x02U : 0x01U)) != 0;
  }

  Sent finish() { return link_->finish(); }

 private:
  std::unique_ptr<UsbLink> link_;
};

class UsbHub final : public Device, public Switch {
 public:
  UsbHub(Half named, std::optional<Half> other, int ports)
      : named_(std::move(named)), other_(std::move(other)), ports_(ports) {}

  [[nodiscard]] std::string identity() const override {
    const PluggedUsb& hub = named_.device();
    return fmt::format("hub {}:{} in USB socket {}{}, {} ports", hub.vid, hub.pid, hub.usb_path,
                       other_ ? " and " + other_->device().usb_path : "", ports_);
  }
  Switch* as_switch() override { return this; }
  [[nodiscard]] ReadBack read_back() const override { return ReadBack::latch; }

  Result<Sent> set(int channel, bool on) override {
    if (auto known = check_channel(named_.resource(), channel, ports_); !known)
      return pass_on(std::move(known));
    auto first = named_.set(channel, on);
    const int peer = peer_number(channel);
    if (peer == 0) return first;
    if (!first && on) return first;
    // Off goes to the other half also where this one failed.
    auto second = other_->set(peer, on);
    if (!first) return first;
    if (!second) return second;
    first->after_drain = second->after_drain;
    return first;
  }

  Result<Sent> all_off() override { return each_off(*this, ports_); }

  Result<std::optional<bool>> read(int channel) override {
    if (auto known = check_channel(named_.resource(), channel, ports_); !known)
      return pass_on(std::move(known));
    const auto has_power = named_.has_power(channel);
    if (!has_power) return tl::unexpected(has_power.error());
    const int peer = peer_number(channel);
    if (*has_power || peer == 0) return *has_power;
    const auto other_has = other_->has_power(peer);
    if (!other_has) return tl::unexpected(other_has.error());
    return *other_has;
  }

  Result<Sent> harmless_exchange() override {
    const auto answered = named_.has_power(1);
    if (!answered) return tl::unexpected(answered.error());
    return named_.finish();
  }

 private:
  // 0: this port has no peer.
  [[nodiscard]] int peer_number(int channel) const {
    if (!other_) return 0;
    const Port peer = peer_of({named_.device().usb_path, channel});
    return peer.hub == other_->device().usb_path ? peer.number : 0;
  }

  Half named_;
  std::optional<Half> other_;
  int ports_;
};

Result<std::unique_ptr<Device>> open_usb_hub(const ResourceConfig& resource,
                                             const DriverContext& context) {
  // Unless the socket is named: no hub of the computer itself, and of two halves the USB 2 one.
  const bool any = resource.options.contains("usb.path");
  const UsbKind kind{.name = "USB hub",
                     .fits =
                         [any](const PluggedUsb& device) {
                           return device.hub && (any || (!device.usb_path.starts_with("usb") &&
                                                         !device.super_speed()));
                         },
                     .interface = std::nullopt,
                     .ask_serial = {}};
  auto link = open_usb(resource, context, kind);
  if (!link) return pass_on(std::move(link));
  Half named(std::move(*link));
  auto ports = named.ports();
  if (!ports) return pass_on(std::move(ports));

  std::optional<Half> other;
  for (int port = 1; port <= *ports && !other; ++port) {
    const Port peer = peer_of({named.device().usb_path, port});
    if (peer.number == 0) continue;
    ResourceConfig half = resource;
    half.options = {{"usb.path", peer.hub}};
    auto second = open_usb(half, context,
                           {.name = "other half of the hub",
                            .fits = [](const PluggedUsb& device) { return device.hub; },
                            .interface = std::nullopt,
                            .ask_serial = {}});
    if (!second) return pass_on(std::move(second));
    other.emplace(std::move(*second));
  }
  return std::make_unique<UsbHub>(std::move(named), std::move(other), *ports);
}

constexpr std::array<OptionEntry, 1> options{
    {{"usb", false, "which hub, where there are several: path, serial"}}};

}  // namespace

extern const DriverEntry usb_hub_driver;
constinit const DriverEntry usb_hub_driver{
    .name = "usb_hub",
    .summary = "a USB hub that switches the power of each port",
    .transport = "usb",
    .capability = "switch",
    .read_back = ReadBack::latch,
    .source = "USB 2.0 chapter 11, USB 3.2 chapter 10; mvp/uhubctl",
    .options = options,
    .open = open_usb_hub,
};

}  // namespace brewproof
