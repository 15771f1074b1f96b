// FNIRSI FNB48, FNB48S, FNB58 and C1: meters in a USB lead that tell what they measure by HID
// reports of 64 bytes, four samples a report, a hundred samples a second.
//
// Source: baryluk/fnirsi-usb-power-data-logger, fnirsi_logger.py (ids, what starts and keeps up the
// stream, places and scales, the first report to be dropped) and README.md (a firmware too old to
// answer; a meter that hangs when nobody takes what it says).
//
//   AA 81, AA 82, then AA 82 (FNB58, FNB48S) or AA 83 (FNB48, C1)    starts the stream
//   AA 83                                                            keeps it up
//     ->  AA 04, 4 x 15 bytes, low byte first: voltage 4, current 4 (10 uV, 10 uA), D+ 2, D- 2,
//         01, temperature 2 (0.1 degrees Celsius); one byte that nobody knows
//
// Every report ends with the CRC-8 (polynomial 39, begun with 42) of the 62 bytes behind the AA.
//
// A reading is the last sample of the first report that did not wait before it was asked for. Where
// the meter was left alone for longer than the stream is known to last, or fell silent, it is
// started anew. Power is voltage times current of one sample. Energy the meter does not tell. At
// the end what it has still to say is taken, or an FNB48 may hang until it is replugged; whether
// one hangs when minutes lie between two readings is not known.

#include <algorithm>
#include <array>
#include <optional>

#include "drivers/quoted.h"
#include "drivers/transport/hid.h"
#include "rig/bench/driver.h"

namespace brewproof {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t report_size = 64;
constexpr milliseconds report_within{1000};  // as the source waits; they are 40 ms apart
constexpr milliseconds stream_lasts{1000};   // the source keeps it up once a second
constexpr milliseconds waits_already{20};    // longer than the host takes to fetch it
constexpr milliseconds quiet{100};           // at the end
constexpr int most_waiting = 100;
constexpr int dropped_at_start = 2;  // the garbage, and one of a stream that was still going

enum Command : std::uint8_t { start = 0x81, start_more = 0x82, keep_up = 0x83 };

struct Model {
  std::string_view vid, pid, name;
  Command third;  // of those that start the stream
};
constexpr std::array models{
    Model{"0483", "003a", "FNB48", keep_up},
    Model{"0483", "003b", "C1", keep_up},
    Model{"2e3c", "5558", "FNB58", start_more},
    Model{"2e3c", "0049", "FNB48S", start_more},
};

const Model* model_of(const UsbIdentity& device) {
  const auto* found = std::ranges::find_if(models, [&](const Model& model) {
    return model.vid == device.vid && model.pid == device.pid;
  });
  return found != models.end() ? found : nullptr;
}

std::uint8_t crc8(ByteView bytes) {
  unsigned crc = 0x42;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x80) != 0 ? crc << 1U ^ 0x39 : crc << 1U;
    crc &= 0xFF;
  }
  return static_cast<std::uint8_t>(crc);
}

std::uint8_t check_of(ByteView report) { return crc8(report.subspan(1, report_size - 2)); }

Bytes report_of(Command command) {
  Bytes report(report_size);
  report[0] = 0xAA;
  report[1] = command;
  report.back() = check_of(report);
  return report;
}

struct Sample {
  double volts = 0, amperes = 0, celsius = 0;
};

// The newest of a report's four; nullopt: it holds none.
std::optional<Sample> last_sample_in(ByteView report) {
  if (report.size() != report_size || report[0] != 0xAA || report[1] != 0x04 ||
      report.back() != check_of(report))
    return std::nullopt;
  ByteReader in(report.subspan(2 + 3 * 15, 15));
  Sample sample;
  sample.volts = in.le32() * 1e-5;
  sample.amperes = in.le32() * 1e-5;
  in.skip(5);
  sample.celsius = in.le16() * 0.1;
  return sample;
}

std::optional<double> value_of(const Sample& sample, std::string_view quantity) {
  if (quantity == "power") return sample.volts * sample.amperes;
  if (quantity == "voltage") return sample.volts;
  if (quantity == "current") return sample.amperes;
  if (quantity == "temperature") return sample.celsius;
  return std::nullopt;
}

class Fnb58 final : public Device, public Meter {
 public:
  Fnb58(std::unique_ptr<UsbLink> link, const Model& model, std::uint8_t in, Clock& clock)
      : link_(std::move(link)), model_(model), in_(in), clock_(clock) {}
  ~Fnb58() override { take_what_waits(quiet); }
  Fnb58(const Fnb58&) = delete;
  Fnb58& operator=(const Fnb58&) = delete;

  [[nodiscard]] std::string identity() const override {
    const UsbIdentity& device = link_->device();
    return device.serial.empty()
               ? fmt::format("FNIRSI {} in USB socket {}", model_.name, device.usb_path)
               : fmt::format("FNIRSI {} {}", model_.name, device.serial);
  }
  Meter* as_meter() override { return this; }

  Result<Reading> read(const std::string& quantity) override {
    if (!value_of({}, quantity))
      return fail(ErrorCode::usage,
                  "the meter does not measure {}: it has power, voltage, current and temperature",
                  quoted(as_bytes(quantity)));
    const auto sample = ask();
    if (!sample) return tl::unexpected(sample.error());
    return Reading{*value_of(*sample, quantity), heard_at_};
  }

  Result<Sent> harmless_exchange() override {
    auto sample = ask();
    if (!sample) return pass_on(std::move(sample));
    return last_sent_;
  }

  Result<Sample> ask() {
    take_what_waits(waits_already);
    const bool anew = SteadyClock::now() - kept_up_ > stream_lasts;
    auto asked = anew ? start_stream() : say(keep_up);
    if (!asked) return pass_on(std::move(asked));
    kept_up_ = SteadyClock::now();
    auto sample = hear(anew ? dropped_at_start : 0);
    last_sent_ = link_->finish();
    // A meter that fell silent may have ended its stream.
    if (!sample) kept_up_ = {};
    return sample;
  }

 private:
  Result<void> say(Command command) { return write_report(*link_, report_of(command)); }

  Result<void> start_stream() {
    for (const Command command : {start, start_more, model_.third})
      if (auto said = say(command); !said) return said;
    take_what_waits(waits_already);
    return {};
  }

  // Older than the next question. A meter that is gone is told at that one.
  void take_what_waits(milliseconds wait) {
    for (int i = 0; i < most_waiting && link_->read(in_, report_size, wait); ++i) continue;
  }

  // The first sample behind `dropped` reports.
  Result<Sample> hear(int dropped) {
    const auto until = SteadyClock::now() + report_within;
    Bytes other;  // that came instead
    for (auto now = SteadyClock::now(); now < until; now = SteadyClock::now()) {
      const auto left = std::chrono::ceil<milliseconds>(until - now);
      auto report = link_->read(in_, report_size, left);
      if (!report && report.error().code == ErrorCode::timeout) break;
      if (!report) return pass_on(std::move(report));
      heard_at_ = clock_.now();
      const auto sample = last_sample_in(*report);
      if (!sample) {
        other = std::move(*report);
      } else if (dropped-- <= 0) {
        return *sample;
      }
    }
    if (other.empty())
      return fail(ErrorCode::timeout,
                  "{}: the meter told nothing within {} ms: is its firmware new, and does it show "
                  "what it measures? If it hangs, replug it",
                  link_->resource(), report_within.count());
    return fail(ErrorCode::protocol,
                "{} told {}, which is no report with samples whose check holds", link_->resource(),
                quoted(other));
  }

  std::unique_ptr<UsbLink> link_;
  const Model& model_;
  std::uint8_t in_;
  Clock& clock_;
  SteadyClock::time_point kept_up_{};
  Instant heard_at_;
  Sent last_sent_;
};

Result<std::unique_ptr<Device>> open_fnb58(const ResourceConfig& resource,
                                           const DriverContext& context) {
  const UsbKind kind{.name = "FNIRSI meter",
                     .fits = [](const UsbIdentity& device) { return model_of(device) != nullptr; },
                     .interface_class = 3,
                     .ask_serial = {}};
  auto link = open_usb(resource, context, kind);
  if (!link) return pass_on(std::move(link));
  const auto in = (*link)->endpoint(true);
  if (!in)
    return fail(ErrorCode::protocol, "{}: the device has no endpoint to tell samples on",
                resource.name);
  const Model& model = *model_of((*link)->device());
  auto meter = std::make_unique<Fnb58>(std::move(*link), model, *in, context.clock);
  if (auto sample = meter->ask(); !sample) return pass_on(std::move(sample));
  return meter;
}

constexpr std::array<OptionEntry, 1> options{{
    {"usb", false, "which meter, where there are several: path, serial"},
}};
constexpr std::array<UsbMatch, 4> meters{{{.vid = "0483", .pid = "003a"},
                                          {.vid = "0483", .pid = "003b"},
                                          {.vid = "2e3c", .pid = "5558"},
                                          {.vid = "2e3c", .pid = "0049"}}};

}  // namespace

extern const DriverEntry fnb58_driver;
constinit const DriverEntry fnb58_driver{
    .name = "fnb58",
    .summary = "FNIRSI FNB48, FNB48S, FNB58 and C1: meters in a USB lead",
    .transport = "usb",
    .capability = "meter",
    .read_back = ReadBack::none,
    .source = "baryluk/fnirsi-usb-power-data-logger fnirsi_logger.py, README.md",
    .options = options,
    .recognises = meters,
    .open = open_fnb58,
    .measures = "power voltage current temperature",
};

}  // namespace brewproof
