// Cleware USB-Switch (0D50:0008, 1 to 4 sockets) and USB-Switch8 (0D50:0030, "Contact00"): HID
// boards that take output reports.
//
// Sources: pdudaemon, drivers/cleware.py (ids, reports with a report id 00 before them, which is
// not on the wire, serial number); F. Balbi's usb-tools, cleware.c (the same reports).
//
//   Switch    00 1p 01 | 00 1p 00        socket p on | off, p from 0
//   Contact   03 oo oo mm mm             outputs in the mask m as the bits of o say; both
//                                        high byte first, bit 0 = output 1
//
// No read-back: the boards tell their state unasked in input reports that lag behind by dozens, so
// that an old one cannot be told from a new one. Boards sold lately all have the USB serial number
// 63813: those are told apart by their sockets. One id stands for switches of 1 to 4 sockets:
// `channels` says how many.

#include <array>

#include "drivers/channel.h"
#include "drivers/each_off.h"
#include "drivers/option.h"
#include "drivers/transport/hid.h"
#include "rig/bench/driver.h"

namespace brewproof {
namespace {

constexpr std::string_view vid = "0d50", switch_pid = "0008", contact_pid = "0030";
constexpr int most_sockets = 4, contact_outputs = 8;
constexpr std::size_t input_report_size = 8;

class Cleware final : public Device, public Switch {
 public:
  Cleware(std::unique_ptr<UsbLink> link, int channels)
      : link_(std::move(link)),
        is_contact_(link_->device().pid == contact_pid),
        channels_(channels) {}

  [[nodiscard]] std::string identity() const override {
    return fmt::format("{} {}", link_->device().product, link_->device().serial);
  }
  Switch* as_switch() override { return this; }
  [[nodiscard]] ReadBack read_back() const override { return ReadBack::none; }

  Result<Sent> set(int channel, bool on) override {
    if (auto known = check_channel(link_->resource(), channel, channels_); !known)
      return pass_on(std::move(known));
    if (is_contact_) {
      const unsigned bit = 1U << (channel - 1);
      return set_outputs(on ? bit : 0, bit);
    }
    return order(std::array<std::uint8_t, 3>{0x00, static_cast<std::uint8_t>(0x10 + channel - 1),
                                             static_cast<std::uint8_t>(on ? 1 : 0)});
  }

  Result<Sent> all_off() override {
    return is_contact_ ? set_outputs(0, (1U << channels_) - 1) : each_off(*this, channels_);
  }

  Result<std::optional<bool>> read(int channel) override {
    if (auto known = check_channel(link_->resource(), channel, channels_); !known)
      return pass_on(std::move(known));
    return std::nullopt;
  }

  Result<Sent> harmless_exchange() override {
    auto state = get_input(*link_, input_report_size);
    if (!state) return pass_on(std::move(state));
    return link_->finish();
  }

 private:
  Result<Sent> set_outputs(unsigned on, unsigned mask) {
    const auto low = [](unsigned word) { return static_cast<std::uint8_t>(word); };
    return order(
        std::array<std::uint8_t, 5>{0x03, low(on >> 8), low(on), low(mask >> 8), low(mask)});
  }
  Result<Sent> order(ByteView report) {
    auto sent = write_report(*link_, report);
    if (!sent) return pass_on(std::move(sent));
    return link_->finish();
  }

  std::unique_ptr<UsbLink> link_;
  bool is_contact_;
  int channels_;
};

Result<std::unique_ptr<Device>> open_cleware(const ResourceConfig& resource,
                                             const DriverContext& context) {
  const UsbKind kind{.name = "Cleware switch",
                     .fits =
                         [](const UsbIdentity& device) {
                           return device.vid == vid &&
                                  (device.pid == switch_pid || device.pid == contact_pid);
                         },
                     .ask_serial = {}};
  auto link = open_usb(resource, context, kind);
  if (!link) return pass_on(std::move(link));
  const int most = (*link)->device().pid == contact_pid ? contact_outputs : most_sockets;
  auto channels = number_option(resource, "channels", most, 1, most);
  if (!channels) return pass_on(std::move(channels));
  return std::make_unique<Cleware>(std::move(*link), *channels);
}

constexpr std::array<OptionEntry, 2> options{{
    {"usb", false, "which board, where there are several: path, serial"},
    {"channels", false, "number of sockets; 4, and 8 for a USB-Switch8"},
}};
constexpr std::array<UsbMatch, 2> boards{
    {{.vid = vid, .pid = switch_pid}, {.vid = vid, .pid = contact_pid}}};

}  // namespace

extern const DriverEntry cleware_driver;
constinit const DriverEntry cleware_driver{
    .name = "cleware",
    .summary = "Cleware USB-Switch with 1 to 4 sockets, and USB-Switch8 (Contact00)",
    .transport = "usb",
    .capability = "switch",
    .read_back = ReadBack::none,
    .source = "pdudaemon drivers/cleware.py; usb-tools cleware.c",
    .options = options,
    .recognises = boards,
    .open = open_cleware,
};

}  // namespace brewproof
