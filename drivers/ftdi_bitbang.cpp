// Relay boards on the pins of an FT232R or FT245R (0403:6001) in bit-bang mode: SainSmart's with 4
// and 8 relays, and their like.
//
// Sources: ondrej1024/crelay, src/relay_drv_sainsmart.c (bit i is relay i + 1, high is on, R chips
// only); libftdi 1.5, src/ftdi.h and ftdi.c (requests, endpoints).
//
//   40 0B 01FF 1      bit-bang mode, all eight pins are outputs (1: interface A, the only one)
//   02 <- 1 byte      sets all pins (bulk)
//   C0 0C 0 1, 1 byte reads all pins
//
// Requests of our own and not libftdi's calls: libftdi opens and claims the device itself, by its
// own rules and time-outs, tells unplugged from silent only by text, and its transfers could be
// neither stamped nor recorded; the three requests are all that would be used of it.
//
// What is read are levels at the chip's pins: a stuck driver transistor shows, a stuck relay does
// not. A write sets all pins, so that one relay is switched by reading the others first; all off
// needs no reading. The kernel's serial driver is not given the chip back: it would make pins of
// relays a serial port's. When the chip gets power, its pins idle high until it is opened: such
// boards click when they are plugged in. 0403:6001 is every FTDI adapter: `usb` must say which.

#include <array>

#include "drivers/channel.h"
#include "drivers/option.h"
#include "drivers/quoted.h"
#include "drivers/transport/usb.h"
#include "rig/bench/driver.h"

namespace brewproof {
namespace {

constexpr std::uint16_t bit_bang_outputs = 0x01FF;
constexpr std::uint8_t set_bit_mode = 0x0B, read_pins = 0x0C;
constexpr std::uint16_t interface_a = 1;
constexpr int most_relays = 8;
constexpr std::string_view r_chip = "0600";  // release number of the device

class FtdiBitbang final : public Device, public Switch {
 public:
  FtdiBitbang(std::unique_ptr<UsbLink> link, int relays)
      : link_(std::move(link)), relays_(relays) {}

  Result<void> start() {
    return link_->control_out({0x40, set_bit_mode, bit_bang_outputs, interface_a}, {});
  }

  [[nodiscard]] std::string identity() const override {
    return "FTDI R chip " + link_->device().serial;
  }
  Switch* as_switch() override { return this; }
  [[nodiscard]] ReadBack read_back() const override { return ReadBack::pin; }

  Result<Sent> set(int channel, bool on) override {
    if (auto known = check_channel(link_->resource(), channel, relays_); !known)
      return pass_on(std::move(known));
    const auto now = pins();
    if (!now) return tl::unexpected(now.error());
    const unsigned bit = 1U << (channel - 1);
    return write(on ? *now | bit : *now & ~bit);
  }

  Result<Sent> all_off() override { return write(0); }

  Result<std::optional<bool>> read(int channel) override {
    if (auto known = check_channel(link_->resource(), channel, relays_); !known)
      return pass_on(std::move(known));
    const auto now = pins();
    if (!now) return tl::unexpected(now.error());
    return (*now >> (channel - 1) & 1U) != 0;
  }

  Result<Sent> harmless_exchange() override {
    const auto now = pins();
    if (!now) return tl::unexpected(now.error());
    return link_->finish();
  }

 private:
  Result<unsigned> pins() {
    const auto answer = link_->control_in({0xC0, read_pins, 0, interface_a}, 1);
    if (!answer) return tl::unexpected(answer.error());
    if (answer->size() != 1)
      return fail(ErrorCode::protocol,
                  "{} answered {} where one byte was expected: its state is unknown",
                  link_->resource(), quoted(*answer));
    return answer->front();
  }

  Result<Sent> write(unsigned levels) {
    const auto out = link_->endpoint(false);
    if (!out)
      return fail(ErrorCode::protocol, "{}: the device has no endpoint to write to: is it an FTDI?",
                  link_->resource());
    const std::array<std::uint8_t, 1> byte{static_cast<std::uint8_t>(levels)};
    if (auto sent = link_->write(*out, byte); !sent) return pass_on(std::move(sent));
    return link_->finish();
  }

  std::unique_ptr<UsbLink> link_;
  int relays_;
};

Result<std::unique_ptr<Device>> open_ftdi_bitbang(const ResourceConfig& resource,
                                                  const DriverContext& context) {
  auto relays = number_option(resource, "channels", most_relays, 1, most_relays);
  if (!relays) return pass_on(std::move(relays));
  const UsbKind kind{.name = "FTDI R chip",
                     .fits =
                         [](const PluggedUsb& device) {
                           return device.vid == "0403" && device.pid == "6001" &&
                                  device.release == r_chip;
                         },
                     .give_back = false,
                     .ask_serial = {}};
  auto link = open_usb(resource, context, kind);
  if (!link) return pass_on(std::move(link));
  auto board = std::make_unique<FtdiBitbang>(std::move(*link), *relays);
  if (auto started = board->start(); !started) return pass_on(std::move(started));
  return board;
}

constexpr std::array<OptionEntry, 2> options{{
    {"usb", false, "which FTDI chip: serial or path"},
    {"channels", false, "number of relays, 8"},
}};
constexpr std::array<UsbMatch, 1> boards{{{.vid = "0403", .pid = "6001", .shared = true}}};

}  // namespace

extern const DriverEntry ftdi_bitbang_driver;
constinit const DriverEntry ftdi_bitbang_driver{
    .name = "ftdi_bitbang",
    .summary = "relay boards on the pins of an FT232R or FT245R (SainSmart 4 and 8)",
    .transport = "usb",
    .capability = "switch",
    .read_back = ReadBack::pin,
    .source = "ondrej1024/crelay relay_drv_sainsmart.c; libftdi 1.5",
    .options = options,
    .recognises = boards,
    .open = open_ftdi_bitbang,
};

}  // namespace brewproof
