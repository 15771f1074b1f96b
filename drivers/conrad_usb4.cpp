// Conrad's USB board with four relays (393905): the GPIO pins of a Silicon Labs CP2104 (10C4:EA60).
//
// Source: ondrej1024/crelay, src/relay_drv_conrad.c (requests; a bit that is 1 is a relay off).
//
//   40 FF 37E1 wIndex = state << 8 | mask      writes the pins in the mask
//   C0 FF 00C2 0, 1 byte                       reads them; bit 0 = relay 1
//
// 10C4:EA60 is every CP210x serial adapter, and nothing tells this board from one: `usb` must say
// which it is, by serial number or socket. Writing pins of a serial adapter that has none is
// harmless: its pins are for modem lines. What is read is the chip's latch.

#include <array>

#include "drivers/channel.h"
#include "drivers/quoted.h"
#include "drivers/transport/usb.h"
#include "rig/bench/driver.h"

namespace brewproof {
namespace {

constexpr int relays = 4;
constexpr unsigned all_relays = 0x0F;
constexpr std::uint16_t write_latch = 0x37E1, read_latch = 0x00C2;

class ConradUsb4 final : public Device, public Switch {
 public:
  explicit ConradUsb4(std::unique_ptr<UsbLink> link) : link_(std::move(link)) {}

  [[nodiscard]] std::string identity() const override { return "CP2104 " + link_->device().serial; }
  Switch* as_switch() override { return this; }
  [[nodiscard]] ReadBack read_back() const override { return ReadBack::latch; }

  Result<Sent> set(int channel, bool on) override {
    if (auto known = check_channel(link_->resource(), channel, relays); !known)
      return pass_on(std::move(known));
    const unsigned mask = 1U << (channel - 1);
    return write(on ? 0 : mask, mask);
  }

  Result<Sent> all_off() override { return write(all_relays, all_relays); }

  Result<std::optional<bool>> read(int channel) override {
    if (auto known = check_channel(link_->resource(), channel, relays); !known)
      return pass_on(std::move(known));
    const auto pins = link_->control_in({0xC0, 0xFF, read_latch, 0}, 1);
    if (!pins) return tl::unexpected(pins.error());
    if (pins->size() != 1)
      return fail(ErrorCode::protocol,
                  "{} answered {} where one byte was expected: its state is unknown",
                  link_->resource(), quoted(*pins));
    return (pins->front() >> (channel - 1) & 1U) == 0;
  }

  Result<Sent> harmless_exchange() override {
    auto state = read(1);
    if (!state) return pass_on(std::move(state));
    return link_->finish();
  }

 private:
  Result<Sent> write(unsigned bits, unsigned mask) {
    auto sent = link_->control_out(
        {0x40, 0xFF, write_latch, static_cast<std::uint16_t>(bits << 8U | mask)}, {});
    if (!sent) return pass_on(std::move(sent));
    return link_->finish();
  }

  std::unique_ptr<UsbLink> link_;
};

Result<std::unique_ptr<Device>> open_conrad_usb4(const ResourceConfig& resource,
                                                 const DriverContext& context) {
  const UsbKind kind{
      .name = "CP2104",
      .fits =
          [](const UsbIdentity& device) { return device.vid == "10c4" && device.pid == "ea60"; },
      .ask_serial = {}};
  auto link = open_usb(resource, context, kind);
  if (!link) return pass_on(std::move(link));
  return std::make_unique<ConradUsb4>(std::move(*link));
}

constexpr std::array<OptionEntry, 1> options{{{"usb", false, "which CP2104: serial or path"}}};
constexpr std::array<UsbMatch, 1> boards{{{.vid = "10c4", .pid = "ea60", .shared = true}}};

}  // namespace

extern const DriverEntry conrad_usb4_driver;
constinit const DriverEntry conrad_usb4_driver{
    .name = "conrad_usb4",
    .summary = "Conrad USB relay board with 4 relays (393905), on the pins of a CP2104",
    .transport = "usb",
    .capability = "switch",
    .read_back = ReadBack::latch,
    .source = "ondrej1024/crelay relay_drv_conrad.c",
    .options = options,
    .recognises = boards,
    .open = open_conrad_usb4,
};

}  // namespace brewproof
