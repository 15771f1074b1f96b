// Energenie EG-PMS and Gembird SIS-PM: mains sockets switched by USB (04B4:FD10 to FD15), by HID
// feature reports with a report id for each socket.
//
// Source: xypron/sispmctl, src/sispm_ctl.c (ids, reports, which bit is which, serial number).
//
//   report 3n, 5 bytes    3n 03 .. | 3n 00 ..     socket n on | off
//                         3n ss .. when read      bit 0 of s: relay, bit 1: mains behind it
//   report 1, 5 bytes     01 and 4 bytes          serial number, as sispmctl shows it
//
// A single-socket mSIS-PM counts its socket 0 (FD10) or 1 (FD12), the others from 1 to 4. The
// state is the relay's latch. The other bits, a schedule in the device itself among them, are left
// alone: a device with a programmed schedule moves its sockets by itself, delete it first.

#include <algorithm>
#include <array>

#include "drivers/channel.h"
#include "drivers/each_off.h"
#include "drivers/quoted.h"
#include "drivers/transport/hid.h"
#include "rig/bench/driver.h"

namespace brewproof {
namespace {

constexpr std::string_view vid = "04b4";
constexpr std::size_t report_size = 5;
constexpr std::uint8_t serial_report = 1;

struct Model {
  std::string_view pid;
  int sockets, first;
};
constexpr std::array models{Model{"fd10", 1, 0}, Model{"fd11", 4, 1}, Model{"fd12", 1, 1},
                            Model{"fd13", 4, 1}, Model{"fd15", 4, 1}};

const Model* model_of(const UsbIdentity& device) {
  const auto* found = std::ranges::find(models, std::string_view(device.pid), &Model::pid);
  return device.vid == vid && found != models.end() ? found : nullptr;
}

// A whole report with its own id in front.
Result<Bytes> read_report(UsbLink& link, std::uint8_t id) {
  auto answer = get_feature(link, report_size, id);
  if (answer && (answer->size() != report_size || answer->front() != id))
    return fail(ErrorCode::protocol,
                "{} answered {} where report {:02x} of {} bytes was expected: its state is unknown",
                link.resource(), quoted(*answer), id, report_size);
  return answer;
}

// "01:1c:aa:b5:41"
Result<std::string> ask_serial(UsbLink& link) {
  const auto report = read_report(link, serial_report);
  if (!report) return tl::unexpected(report.error());
  return fmt::format("{:02x}", fmt::join(*report, ":"));
}

class Energenie final : public Device, public Switch {
 public:
  Energenie(std::unique_ptr<UsbLink> link, const Model& model, std::string serial)
      : link_(std::move(link)), model_(model), serial_(std::move(serial)) {}

  [[nodiscard]] std::string identity() const override {
    return fmt::format("EG-PMS/SIS-PM with {} socket{}, {}", model_.sockets,
                       model_.sockets == 1 ? "" : "s", serial_);
  }
  Switch* as_switch() override { return this; }
  [[nodiscard]] ReadBack read_back() const override { return ReadBack::latch; }

  Result<Sent> set(int channel, bool on) override {
    if (auto known = check_channel(link_->resource(), channel, model_.sockets); !known)
      return pass_on(std::move(known));
    const std::array<std::uint8_t, report_size> report{report_of(channel),
                                                       static_cast<std::uint8_t>(on ? 3 : 0)};
    if (auto sent = set_feature(*link_, report, report[0]); !sent) return pass_on(std::move(sent));
    return link_->finish();
  }

  Result<Sent> all_off() override { return each_off(*this, model_.sockets); }

  Result<std::optional<bool>> read(int channel) override {
    if (auto known = check_channel(link_->resource(), channel, model_.sockets); !known)
      return pass_on(std::move(known));
    const auto report = read_report(*link_, report_of(channel));
    if (!report) return tl::unexpected(report.error());
    return ((*report)[1] & 1U) != 0;
  }

  Result<Sent> harmless_exchange() override {
    auto serial = ask_serial(*link_);
    if (!serial) return pass_on(std::move(serial));
    return link_->finish();
  }

 private:
  [[nodiscard]] std::uint8_t report_of(int channel) const {
    return static_cast<std::uint8_t>(3 * (model_.first + channel - 1));
  }

  std::unique_ptr<UsbLink> link_;
  const Model& model_;
  std::string serial_;
};

Result<std::unique_ptr<Device>> open_energenie(const ResourceConfig& resource,
                                               const DriverContext& context) {
  const UsbKind kind{.name = "Energenie or SIS-PM socket strip",
                     .fits = [](const UsbIdentity& device) { return model_of(device) != nullptr; },
                     .ask_serial = ask_serial};
  auto link = open_usb(resource, context, kind);
  if (!link) return pass_on(std::move(link));
  auto serial = ask_serial(**link);
  if (!serial) return pass_on(std::move(serial));
  const Model& model = *model_of((*link)->device());
  return std::make_unique<Energenie>(std::move(*link), model, std::move(*serial));
}

constexpr std::array<OptionEntry, 1> options{
    {{"usb", false, "which strip, where there are several: serial (as sispmctl shows it), path"}}};
constexpr std::array<UsbMatch, 5> boards{{{.vid = vid, .pid = "fd10"},
                                          {.vid = vid, .pid = "fd11"},
                                          {.vid = vid, .pid = "fd12"},
                                          {.vid = vid, .pid = "fd13"},
                                          {.vid = vid, .pid = "fd15"}}};

}  // namespace

extern const DriverEntry energenie_driver;
constinit const DriverEntry energenie_driver{
    .name = "energenie",
    .summary = "Energenie EG-PMS and Gembird SIS-PM: mains sockets switched by USB",
    .transport = "usb",
    .capability = "switch",
    .read_back = ReadBack::latch,
    .source = "xypron/sispmctl",
    .options = options,
    .recognises = boards,
    .open = open_energenie,
};

}  // namespace brewproof
