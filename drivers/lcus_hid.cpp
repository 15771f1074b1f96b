// LCUS-8 in its HID variant (5131:2007): eight relays, the serial board's frames as HID reports.
//
// Sources: darrylb123/usbrelay (id, query); labgrid, util/agents/usb_hid_relay.py (frame, no
// state).
//
//   A0 channel 01 sum | A0 channel 00 sum      on | off; sum of the three bytes before it
//   FF                                         query; what it answers is not described anywhere
//
// Frames go out on the interrupt endpoint. The board says something on its IN endpoint after each:
// it is recorded and not interpreted, so there is no read-back. The firmware handles one frame at
// a time: waiting for that answer keeps frames 20 ms apart. The device has no texts and no serial
// number: two of them are told apart by `usb.path`.

#include <array>

#include "drivers/channel.h"
#include "drivers/each_off.h"
#include "drivers/transport/hid.h"
#include "rig/bench/driver.h"

namespace brewproof {
namespace {

constexpr int relays = 8;
constexpr std::size_t answer_size = 64;
constexpr std::chrono::milliseconds between_frames{20};

class LcusHid final : public Device, public Switch {
 public:
  explicit LcusHid(std::unique_ptr<UsbLink> link) : link_(std::move(link)) {}

  [[nodiscard]] std::string identity() const override {
    return "LCUS-8 HID in USB socket " + link_->device().usb_path;
  }
  Switch* as_switch() override { return this; }
  [[nodiscard]] ReadBack read_back() const override { return ReadBack::none; }

  Result<Sent> set(int channel, bool on) override {
    if (auto known = check_channel(link_->resource(), channel, relays); !known)
      return pass_on(std::move(known));
    const auto number = static_cast<std::uint8_t>(channel);
    const std::uint8_t what = on ? 1 : 0;
    return send(std::array<std::uint8_t, 4>{0xA0, number, what,
                                            static_cast<std::uint8_t>(0xA0 + number + what)});
  }

  Result<Sent> all_off() override { return each_off(*this, relays); }

  Result<std::optional<bool>> read(int channel) override {
    if (auto known = check_channel(link_->resource(), channel, relays); !known)
      return pass_on(std::move(known));
    return std::nullopt;
  }

  Result<Sent> harmless_exchange() override { return send(std::array<std::uint8_t, 1>{0xFF}); }

 private:
  Result<Sent> send(ByteView frame) {
    if (auto sent = write_report(*link_, frame); !sent) return pass_on(std::move(sent));
    if (const auto in = link_->endpoint(true)) {
      const auto answer = link_->read(*in, answer_size, between_frames);
      if (!answer && answer.error().code != ErrorCode::timeout)
        return tl::unexpected(answer.error());
    }
    return link_->finish();
  }

  std::unique_ptr<UsbLink> link_;
};

Result<std::unique_ptr<Device>> open_lcus_hid(const ResourceConfig& resource,
                                              const DriverContext& context) {
  const UsbKind kind{
      .name = "LCUS-8 HID relay board",
      .fits =
          [](const UsbIdentity& device) { return device.vid == "5131" && device.pid == "2007"; },
      .ask_serial = {}};
  auto link = open_usb(resource, context, kind);
  if (!link) return pass_on(std::move(link));
  return std::make_unique<LcusHid>(std::move(*link));
}

constexpr std::array<OptionEntry, 1> options{
    {{"usb", false, "which board, where there are several: path"}}};
constexpr std::array<UsbMatch, 1> boards{{{.vid = "5131", .pid = "2007"}}};

}  // namespace

extern const DriverEntry lcus_hid_driver;
constinit const DriverEntry lcus_hid_driver{
    .name = "lcus_hid",
    .summary = "LCUS-8 relay board in its HID variant (5131:2007)",
    .transport = "usb",
    .capability = "switch",
    .read_back = ReadBack::none,
    .source = "darrylb123/usbrelay; labgrid usb_hid_relay.py",
    .options = options,
    .recognises = boards,
    .open = open_lcus_hid,
};

}  // namespace brewproof
