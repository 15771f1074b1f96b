// dcttech USBRelay1/2/4/8: HID relay boards on V-USB (16C0:05DF), 8-byte feature reports.
//
// Sources: pavel-a/usb-relay-hid, doc/hidrelay.md and lib/usb_relay_lib.c (reports, state byte);
// darrylb123/usbrelay, libusbrelay.c; libsigrok, src/hardware/dcttech-usbrelay/ (product text and
// number of channels); thmahe/usbrelay-firmware, src/main.c (relay 0 is out of its bounds).
//
//   switch  FF n | FD n | FE 00 | FC 00, then zeros     n on | n off | all on | all off
//   read    5 characters of id, 00, xx, bit mask        bit 0 = relay 1
//
// 16C0:05DF is shared by all V-USB HID projects: the board is known by its texts. Boards have no
// USB serial number; `usb.serial` is the id inside the report. The state is the firmware's port
// latch: proof that it took the command, not that a contact moved. The board has no timer and
// loses its state without power.

#include <algorithm>
#include <array>

#include "drivers/channel.h"
#include "drivers/option.h"
#include "drivers/quoted.h"
#include "drivers/transport/hid.h"
#include "rig/bench/driver.h"

namespace brewproof {
namespace {

constexpr std::string_view maker = "www.dcttech.com";
constexpr std::string_view product = "USBRelay";
constexpr int most_channels = 8;
constexpr std::size_t report_size = 8;
constexpr std::size_t id_size = 5;

enum Command : std::uint8_t { all_relays_off = 0xFC, relay_off = 0xFD, relay_on = 0xFF };

std::array<std::uint8_t, report_size> report(Command command, int channel) {
  return {command, static_cast<std::uint8_t>(channel)};
}

// "USBRelay4" has 4; 0: not such a board.
int channels_of(const UsbIdentity& device) {
  if (device.manufacturer != maker || !device.product.starts_with(product)) return 0;
  const std::string_view digits = std::string_view(device.product).substr(product.size());
  if (digits.size() != 1 || digits[0] < '1' || digits[0] > '0' + most_channels) return 0;
  return digits[0] - '0';
}

struct State {
  std::string id;
  unsigned relays = 0;  // bit 0 = relay 1
};

Result<State> read_state(UsbLink& link, int channels) {
  const auto answer = get_feature(link, report_size);
  if (!answer) return tl::unexpected(answer.error());
  const ByteView bytes = *answer;
  const bool is_whole =
      bytes.size() == report_size && bytes[id_size] == 0 &&
      std::ranges::all_of(bytes.first(id_size),
                          [](std::uint8_t byte) { return byte >= 0x21 && byte < 0x7F; }) &&
      bytes[7] >> channels == 0;
  if (!is_whole)
    return fail(ErrorCode::protocol,
                "{} answered {} where an id of 5 characters, 00 and the state of {} relays were "
                "expected: its state is unknown",
                link.resource(), quoted(bytes), channels);
  return State{std::string(as_text(bytes.first(id_size))), bytes[7]};
}

class Dcttech final : public Device, public Switch {
 public:
  explicit Dcttech(std::unique_ptr<UsbLink> link)
      : link_(std::move(link)), channels_(channels_of(link_->device())) {}

  Result<void> identify() {
    auto state = read_state(*link_, channels_);
    if (!state) return pass_on(std::move(state));
    id_ = state->id;
    return {};
  }

  [[nodiscard]] int channels() const { return channels_; }

  [[nodiscard]] std::string identity() const override {
    return fmt::format("USBRelay{}, id {}", channels_, id_);
  }

  Switch* as_switch() override { return this; }
  [[nodiscard]] ReadBack read_back() const override { return ReadBack::latch; }

  Result<Sent> set(int channel, bool on) override {
    if (auto known = check_channel(link_->resource(), channel, channels_); !known)
      return pass_on(std::move(known));
    return command(report(on ? relay_on : relay_off, channel));
  }

  Result<Sent> all_off() override { return command(report(all_relays_off, 0)); }

  Result<std::optional<bool>> read(int channel) override {
    if (auto known = check_channel(link_->resource(), channel, channels_); !known)
      return pass_on(std::move(known));
    const auto state = read_state(*link_, channels_);
    if (!state) return tl::unexpected(state.error());
    // Another board in the same socket: what it says is not about this bench's relays.
    if (state->id != id_)
      return fail(ErrorCode::protocol, "{} says that it is {} and was {}: is it another board?",
                  link_->resource(), quoted(as_bytes(state->id)), quoted(as_bytes(id_)));
    return (state->relays >> (channel - 1) & 1U) != 0;
  }

  Result<Sent> harmless_exchange() override {
    auto state = read(1);
    if (!state) return pass_on(std::move(state));
    return link_->finish();
  }

 private:
  Result<Sent> command(ByteView bytes) {
    auto sent = set_feature(*link_, bytes);
    if (!sent) return pass_on(std::move(sent));
    return link_->finish();
  }

  std::unique_ptr<UsbLink> link_;
  int channels_;
  std::string id_;
};

Result<std::unique_ptr<Device>> open_dcttech(const ResourceConfig& resource,
                                             const DriverContext& context) {
  auto channels = number_option(resource, "channels", 0, 1, most_channels);
  if (!channels) return pass_on(std::move(channels));
  const UsbKind kind{.name = "dcttech USBRelay",
                     .fits = [](const UsbIdentity& device) { return channels_of(device) > 0; },
                     .ask_serial = [](UsbLink& link) -> Result<std::string> {
                       auto state = read_state(link, channels_of(link.device()));
                       if (!state) return pass_on(std::move(state));
                       return state->id;
                     }};
  auto link = open_usb(resource, context, kind);
  if (!link) return pass_on(std::move(link));
  auto board = std::make_unique<Dcttech>(std::move(*link));
  if (*channels != 0 && *channels != board->channels())
    return fail(ErrorCode::bad_file,
                "the board has {} channels and the bench file says {}: is this the right board?",
                board->channels(), *channels);
  if (auto identified = board->identify(); !identified) return pass_on(std::move(identified));
  return board;
}

constexpr std::array<OptionEntry, 2> options{{
    {"usb", false, "which board, where there are several: path, serial (its 5-character id)"},
    {"channels", false, "number of relays; the board's name says it"},
}};
constexpr std::array<UsbMatch, 1> boards{
    {{.vid = "16c0", .pid = "05df", .manufacturer = maker, .product = product}}};

}  // namespace

extern const DriverEntry dcttech_driver;
constinit const DriverEntry dcttech_driver{
    .name = "dcttech",
    .summary = "dcttech USBRelay1/2/4/8 HID relay board (16c0:05df)",
    .transport = "usb",
    .capability = "switch",
    .read_back = ReadBack::latch,
    .source = "pavel-a/usb-relay-hid; darrylb123/usbrelay; libsigrok dcttech-usbrelay",
    .options = options,
    .recognises = boards,
    .open = open_dcttech,
};

}  // namespace brewproof
