// Modbus RTU relay boards (RS485 or TTL, 9600 8N1), in three dialects.
//
// Sources: Waveshare wiki "Modbus RTU Relay" (V2 firmware, from September 2021) and
// nobrega8/mbmap-library, maps/waveshare/modbus-rtu-relay; CSDN 112915034 (LC-Tech boards);
// pastebin mX6PYqsB (boards older than the standard's values).
//
//   waveshare  relay n is coil n-1, FF00 on, 0000 off; coil 00FF is all of them; flash-on: coil
//              0200+n-1, value in 100 ms: the board closes the contact and opens it by itself
//   lc_tech    relay n is coil n-1; all off by function 0F; address FF as shipped
//   legacy     relay n is coil n, value 0100 on; what it answers is documented nowhere, so nothing
//              is expected and there is no read-back
//
// The coils that function 01 reads are the board's latch: proof that it took the command, not that
// a contact moved. On a two-wire adapter that echoes, the echo of a write cannot be told from its
// answer; the read-back can. A command is never repeated. LC-Tech boards have a flash command too;
// one source names its direction, and the wrong one would leave a contact closed: it is not used.

#include <array>

#include "drivers/each_off.h"
#include "drivers/modbus/rtu_device.h"
#include "drivers/option.h"
#include "drivers/quoted.h"
#include "rig/bench/driver.h"

namespace brewproof {
namespace {

using std::chrono::milliseconds;

constexpr int most_channels = 32;
constexpr milliseconds answer_within{200};

constexpr int value_on = 0xFF00;
constexpr int value_on_legacy = 0x0100;
constexpr int value_off = 0x0000;
constexpr int all_coils = 0x00FF;
constexpr int first_flash_coil = 0x0200;
constexpr milliseconds flash_step{100};
constexpr int most_flash_steps = 0x7FFF;

enum class Dialect { waveshare, lc_tech, legacy };

class ModbusRelay final : public Device, public Switch, public PulseSwitch {
 public:
  ModbusRelay(RtuDevice board, Dialect dialect, int channels)
      : board_(std::move(board)), dialect_(dialect), channels_(channels) {}

  /// Reads, and switches nothing.
  Result<void> identify() {
    if (dialect_ == Dialect::legacy) return {};
    auto coils = board_.read_coils(0, channels_);
    if (coils) return {};
    Error error = std::move(coils).error();
    if (error.code == ErrorCode::timeout)
      error.message +=
          ": is the board powered, are A and B the right way round, and is this its address and "
          "baud?";
    return tl::unexpected(std::move(error));
  }

  [[nodiscard]] std::string identity() const override {
    switch (dialect_) {
      case Dialect::waveshare:
        return fmt::format("Waveshare Modbus relay board, {} channels, answers at address {:02X}",
                           channels_, board_.address());
      case Dialect::lc_tech:
        return fmt::format("LC-Tech Modbus relay board, {} channels, answers at address {:02X}",
                           channels_, board_.address());
      case Dialect::legacy:
        break;
    }
    return fmt::format("Modbus relay board (legacy), {} channels, address {:02X}: it is not asked",
                       channels_, board_.address());
  }

  Switch* as_switch() override { return this; }
  PulseSwitch* as_pulse_switch() override {
    return dialect_ == Dialect::waveshare ? this : nullptr;
  }

  [[nodiscard]] ReadBack read_back() const override {
    return dialect_ == Dialect::legacy ? ReadBack::none : ReadBack::latch;
  }

  Result<Sent> set(int channel, bool on) override {
    if (auto known = check_channel(channel); !known) return pass_on(std::move(known));
    if (dialect_ == Dialect::legacy)
      return board_.tell_coil(channel, on ? value_on_legacy : value_off);
    return board_.write_coil(channel - 1, on ? value_on : value_off, !on);
  }

  Result<Sent> all_off() override {
    switch (dialect_) {
      case Dialect::waveshare:
        return board_.write_coil(all_coils, value_off, true);
      case Dialect::lc_tech:
        return board_.write_coils(0, channels_, false, true);
      case Dialect::legacy:
        break;
    }
    return each_off(*this, channels_);
  }

  Result<std::optional<bool>> read(int channel) override {
    if (auto known = check_channel(channel); !known) return pass_on(std::move(known));
    if (dialect_ == Dialect::legacy) return std::nullopt;
    auto coils = board_.read_coils(0, channels_);
    if (!coils) return pass_on(std::move(coils));
    return coils->values[static_cast<std::size_t>(channel - 1)];
  }

  Result<Sent> pulse(int channel, milliseconds length) override {
    if (auto known = check_channel(channel); !known) return pass_on(std::move(known));
    if (length < flash_step || length > range().most || length % flash_step != milliseconds(0))
      return fail(ErrorCode::usage,
                  "{}: a pulse of {} ms: the board times {} to {} ms in steps of {}",
                  board_.resource(), length.count(), flash_step.count(), range().most.count(),
                  flash_step.count());
    return board_.write_coil(first_flash_coil + channel - 1, static_cast<int>(length / flash_step));
  }
  [[nodiscard]] Range range() const override {
    return {flash_step, flash_step * most_flash_steps, flash_step};
  }

  Result<Sent> harmless_exchange() override {
    if (dialect_ == Dialect::legacy) return board_.tell_read_coils(0, channels_);
    auto coils = board_.read_coils(0, channels_);
    if (!coils) return pass_on(std::move(coils));
    return coils->sent;
  }

 private:
  [[nodiscard]] Result<void> check_channel(int channel) const {
    if (channel >= 1 && channel <= channels_) return {};
    return fail(ErrorCode::usage, "{} has no channel {}: its board has {}", board_.resource(),
                channel, channels_);
  }

  RtuDevice board_;
  Dialect dialect_;
  int channels_;
};

Result<Dialect> dialect_of(const ResourceConfig& resource) {
  const std::string name = text_option(resource, "dialect", "waveshare");
  if (name == "waveshare") return Dialect::waveshare;
  if (name == "lc_tech") return Dialect::lc_tech;
  if (name == "legacy") return Dialect::legacy;
  return fail(ErrorCode::bad_file, "dialect is {}: waveshare, lc_tech or legacy is expected",
              quoted(as_bytes(name)));
}

Result<std::unique_ptr<Device>> open_modbus_relay(const ResourceConfig& resource,
                                                  const DriverContext& context) {
  const auto dialect = dialect_of(resource);
  if (!dialect) return tl::unexpected(dialect.error());
  auto channels = number_option(resource, "channels", 8, 1, most_channels);
  if (!channels) return pass_on(std::move(channels));
  auto address =
      number_option(resource, "address", *dialect == Dialect::lc_tech ? 0xFF : 1, 1, 0xFF);
  if (!address) return pass_on(std::move(address));
  auto baud = number_option(resource, "baud", 9600, 1200, 115200);
  if (!baud) return pass_on(std::move(baud));
  auto bus = RtuBus::open(resource, *baud, context);
  if (!bus) return pass_on(std::move(bus));
  auto board = std::make_unique<ModbusRelay>(
      RtuDevice(std::move(*bus), resource.name, *address, answer_within), *dialect, *channels);
  if (auto identified = board->identify(); !identified) return pass_on(std::move(identified));
  return board;
}

constexpr std::array<OptionEntry, 6> options{{
    {"port", false, "serial port, as /dev/serial/by-path/..."},
    {"usb", false, "the port's USB adapter instead: path, vid, pid, serial"},
    {"address", false, "1 to 255; where absent 1, or 255 for lc_tech"},
    {"channels", false, "number of relays, 1 to 32; 8 where absent"},
    {"dialect", false, "waveshare, lc_tech or legacy; waveshare where absent"},
    {"baud", false, "of the bus; 9600 where absent"},
}};

// The usual RS-485 adapters: CH340, CP2102, FT232R.
constexpr std::array<UsbMatch, 3> recognises{{{.vid = "1a86", .pid = "7523", .shared = true},
                                              {.vid = "10c4", .pid = "ea60", .shared = true},
                                              {.vid = "0403", .pid = "6001", .shared = true}}};

}  // namespace

extern const DriverEntry modbus_relay_driver;
constinit const DriverEntry modbus_relay_driver{
    .name = "modbus_relay",
    .summary = "Modbus RTU relay board: Waveshare (times pulses itself), LC-Tech, legacy",
    .transport = "serial",
    .capability = "switch pulse",
    .read_back = ReadBack::latch,
    .source = "Waveshare wiki \"Modbus RTU Relay\"; CSDN 112915034; pastebin mX6PYqsB",
    .options = options,
    .recognises = recognises,
    .open = open_modbus_relay,
};

}  // namespace brewproof
