// SainSmart 16-channel relay board with its HID module (0416:5020).
//
// Source: ondrej1024/crelay, src/relay_drv_sainsmart16.c (messages, checksum, order of the bits).
//
//   read     D2 0E 11 .. 11  48 49 44 43  ss ss      16 bytes; s: sum of the 14 before it, low
//   first write    C3 0E mm mm 00 .. 00  48 49 44 43  ss ss     m: all relays at once, bit 0 =
//   relay 1 answer to read    bytes 2 and 3: all relays, in an order of its own (bit_of_relay)
//
// A write sets all sixteen, so that one relay is switched by reading the others first; all off
// needs no reading. The state is the module's latch. The answer's own checksum is not described and
// not looked at: only its length is.

#include <array>
#include <numeric>

#include "drivers/channel.h"
#include "drivers/quoted.h"
#include "drivers/transport/hid.h"
#include "rig/bench/driver.h"

namespace brewproof {
namespace {

constexpr int relays = 16;
constexpr std::size_t message_size = 16;
constexpr std::array bit_of_relay{7, 8, 6, 9, 5, 10, 4, 11, 3, 12, 2, 13, 1, 14, 0, 15};

using Message = std::array<std::uint8_t, message_size>;

Message message(std::uint8_t command, std::uint16_t bits, std::uint8_t padding) {
  const auto low = [](unsigned word) { return static_cast<std::uint8_t>(word); };
  Message bytes;
  bytes.fill(padding);
  bytes[0] = command;
  bytes[1] = message_size - 2;
  bytes[2] = low(bits);
  bytes[3] = low(bits >> 8U);
  bytes[10] = 'H';
  bytes[11] = 'I';
  bytes[12] = 'D';
  bytes[13] = 'C';
  const unsigned sum = std::accumulate(bytes.begin(), bytes.begin() + 14, 0U);
  bytes[14] = low(sum);
  bytes[15] = low(sum >> 8U);
  return bytes;
}
Message read_message() { return message(0xD2, 0x1111, 0x11); }
Message write_message(std::uint16_t bits) { return message(0xC3, bits, 0x00); }

class Sainsmart16 final : public Device, public Switch {
 public:
  explicit Sainsmart16(std::unique_ptr<UsbLink> link) : link_(std::move(link)) {}

  [[nodiscard]] std::string identity() const override {
    const UsbIdentity& device = link_->device();
    return device.serial.empty() ? "SainSmart 16 in USB socket " + device.usb_path
                                 : "SainSmart 16 " + device.serial;
  }
  Switch* as_switch() override { return this; }
  [[nodiscard]] ReadBack read_back() const override { return ReadBack::latch; }

  Result<Sent> set(int channel, bool on) override {
    if (auto known = check_channel(link_->resource(), channel, relays); !known)
      return pass_on(std::move(known));
    const auto now = read_all();
    if (!now) return tl::unexpected(now.error());
    const unsigned bit = 1U << (channel - 1);
    return write_all(static_cast<std::uint16_t>(on ? *now | bit : *now & ~bit));
  }

  Result<Sent> all_off() override { return write_all(0); }

  Result<std::optional<bool>> read(int channel) override {
    if (auto known = check_channel(link_->resource(), channel, relays); !known)
      return pass_on(std::move(known));
    const auto now = read_all();
    if (!now) return tl::unexpected(now.error());
    return (*now >> (channel - 1) & 1U) != 0;
  }

  Result<Sent> harmless_exchange() override {
    const auto now = read_all();
    if (!now) return tl::unexpected(now.error());
    return link_->finish();
  }

 private:
  // Bit 0 = relay 1.
  Result<unsigned> read_all() {
    const auto answer = dialogue_.ask(ReportDialogue::Kind::question, read_message(), message_size);
    if (!answer) return tl::unexpected(answer.error());
    if (answer->size() != message_size)
      return fail(ErrorCode::protocol,
                  "{} answered {} where a message of {} bytes was expected: its state is unknown",
                  link_->resource(), quoted(*answer), message_size);
    const unsigned bits = (*answer)[2] | static_cast<unsigned>((*answer)[3]) << 8U;
    unsigned mask = 0;
    for (std::size_t i = 0; i < bit_of_relay.size(); ++i)
      mask |= (bits >> bit_of_relay[i] & 1U) << i;
    return mask;
  }

  Result<Sent> write_all(std::uint16_t bits) {
    auto sent = write_report(*link_, write_message(bits));
    if (!sent) return pass_on(std::move(sent));
    return link_->finish();
  }

  std::unique_ptr<UsbLink> link_;
  ReportDialogue dialogue_{*link_};
};

Result<std::unique_ptr<Device>> open_sainsmart16(const ResourceConfig& resource,
                                                 const DriverContext& context) {
  const UsbKind kind{
      .name = "SainSmart 16-channel board",
      .fits =
          [](const UsbIdentity& device) { return device.vid == "0416" && device.pid == "5020"; },
      .ask_serial = {}};
  auto link = open_usb(resource, context, kind);
  if (!link) return pass_on(std::move(link));
  return std::make_unique<Sainsmart16>(std::move(*link));
}

constexpr std::array<OptionEntry, 1> options{
    {{"usb", false, "which board, where there are several: path, serial"}}};
constexpr std::array<UsbMatch, 1> boards{{{.vid = "0416", .pid = "5020"}}};

}  // namespace

extern const DriverEntry sainsmart16_driver;
constinit const DriverEntry sainsmart16_driver{
    .name = "sainsmart16",
    .summary = "SainSmart 16-channel relay board with its HID module (0416:5020)",
    .transport = "usb",
    .capability = "switch",
    .read_back = ReadBack::latch,
    .source = "ondrej1024/crelay relay_drv_sainsmart16.c",
    .options = options,
    .recognises = boards,
    .open = open_sainsmart16,
};

}  // namespace brewproof
