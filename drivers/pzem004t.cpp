// PZEM-004T v3 mains meter (TTL or RS485, Modbus RTU, 9600 8N1).
//
// Source: mandulaj/PZEM-004T-v30, src/PZEM004Tv30.cpp: input registers 0-9 (function 04), 32-bit
// values low word first, general address F8 for a single device, replies within 100 ms.
//
//   0 voltage 0.1 V | 1-2 current 0.001 A | 3-4 power 0.1 W | 5-6 energy 1 Wh | 7 frequency 0.1 Hz
//   8 power factor 0.01 | 9 alarm
//
// The device averages over about a second: a brew is a step, its edges are not exact. Reading is
// harmless, but is not repeated after an error: the caller decides.

#include <array>

#include "drivers/modbus/rtu_device.h"
#include "drivers/option.h"
#include "drivers/quoted.h"
#include "rig/bench/driver.h"

namespace brewproof {
namespace {

using std::chrono::milliseconds;

constexpr int general_address = 0xF8;
constexpr int register_count = 10;
constexpr milliseconds answer_within{100};

struct Quantity {
  std::string_view name;
  std::size_t index;
  bool is_wide;  // low word first
  double unit;   // of one count, in SI: V, A, W, J, Hz
};

constexpr std::array<Quantity, 6> quantities{{
    {"voltage", 0, false, 0.1},
    {"current", 1, true, 0.001},
    {"power", 3, true, 0.1},
    {"energy", 5, true, 3600},
    {"frequency", 7, false, 0.1},
    {"power_factor", 8, false, 0.01},
}};

class Pzem004t final : public Device, public Meter {
 public:
  explicit Pzem004t(RtuDevice device) : device_(std::move(device)) {}

  Result<void> identify() {
    auto registers = read_all();
    if (!registers) return pass_on(std::move(registers));
    answered_ = registers->address;
    return {};
  }

  [[nodiscard]] std::string identity() const override {
    return fmt::format("PZEM-004T, answers at address {:02X}", answered_);
  }

  Meter* as_meter() override { return this; }

  Result<Reading> read(const std::string& quantity) override {
    for (const Quantity& known : quantities) {
      if (known.name != quantity) continue;
      const auto registers = read_all();
      if (!registers) return tl::unexpected(registers.error());
      const auto& words = registers->values;
      const std::uint32_t counts =
          known.is_wide ? words[known.index] | std::uint32_t{words[known.index + 1]} << 16
                        : words[known.index];
      return Reading{counts * known.unit, registers->at};
    }
    return fail(ErrorCode::usage,
                "the meter does not measure {}: it has voltage, current, power, energy, frequency "
                "and power_factor",
                quoted(as_bytes(quantity)));
  }

  Result<Sent> harmless_exchange() override {
    auto registers = read_all();
    if (!registers) return pass_on(std::move(registers));
    return registers->sent;
  }

 private:
  Result<RtuDevice::Registers> read_all() {
    auto registers = device_.read_input_registers(0, register_count);
    if (registers || registers.error().code != ErrorCode::timeout) return registers;
    return fail(ErrorCode::timeout,
                "{}: is the meter's mains side live (without it the meter is dead), and is this "
                "its port?",
                registers.error().message);
  }

  RtuDevice device_;
  int answered_ = 0;
};

Result<std::unique_ptr<Device>> open_pzem004t(const ResourceConfig& resource,
                                              const DriverContext& context) {
  auto address = number_option(resource, "address", general_address, 1, general_address);
  if (!address) return pass_on(std::move(address));
  auto bus = RtuBus::open(resource, 9600, context);
  if (!bus) return pass_on(std::move(bus));
  auto meter = std::make_unique<Pzem004t>(
      RtuDevice(std::move(*bus), resource.name, *address, answer_within));
  if (auto identified = meter->identify(); !identified) return pass_on(std::move(identified));
  return meter;
}

constexpr std::array<OptionEntry, 3> options{{
    {"port", false, "serial port, as /dev/serial/by-path/..."},
    {"usb", false, "the port's USB adapter instead: path, vid, pid, serial"},
    {"address", false, "1 to 247; 248, the general address of a single device, where absent"},
}};

// The usual TTL adapters: CH340, CP2102, FT232R, PL2303.
constexpr std::array<UsbMatch, 4> recognises{{{.vid = "1a86", .pid = "7523", .shared = true},
                                              {.vid = "10c4", .pid = "ea60", .shared = true},
                                              {.vid = "0403", .pid = "6001", .shared = true},
                                              {.vid = "067b", .pid = "2303", .shared = true}}};

}  // namespace

extern const DriverEntry pzem004t_driver;
constinit const DriverEntry pzem004t_driver{
    .name = "pzem004t",
    .summary = "PZEM-004T v3 mains meter: voltage, current, power, energy",
    .transport = "serial",
    .capability = "meter",
    .read_back = ReadBack::none,
    .source = "mandulaj/PZEM-004T-v30, src/PZEM004Tv30.cpp",
    .options = options,
    .recognises = recognises,
    .open = open_pzem004t,
    .measures = "voltage current power energy frequency power_factor",
};

}  // namespace brewproof
