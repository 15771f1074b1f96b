// Sensors on a microcontroller of one's own (a flow meter, a current clamp, a load cell) that say
// what they measure line by line, 115200 8N1. The lines are the project's own convention, simple
// enough for a sketch of fifty lines; CC is the XOR of all bytes before the asterisk, two hex
// digits:
//
//   by itself  41,5012845,mass,0.1823*CC   count, its clock in microseconds, quantity, value in SI
//   ?      ->  ?,cup-1,1.2*CC              who it is, its version
//   T7     ->  T7,5012345*CC               its clock now, and the number that was sent
//
// The clock has 32 bits and wraps (micros() of an Arduino). A reading is the first record that was
// stamped after the echo of its own T: what lay in buffers is older by the board's clock, however
// late it comes, and an echo that is late has another number. So a stream needs no quiet line to be
// understood, and an answer that was lost costs nothing afterwards. Lines with a wrong check are
// noise. All that the board says is in the record.

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>
#include <vector>

#include "drivers/option.h"
#include "drivers/quoted.h"
#include "drivers/transport/dialogue.h"
#include "drivers/transport/line_reader.h"
#include "rig/bench/driver.h"

namespace brewproof {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr milliseconds reading_within{1000};
constexpr int openings = 4;  // an Arduino starts anew when its port is opened: two seconds
constexpr int most_turns = 9999;
constexpr std::size_t shown = 64;  // of what was said instead, in an error

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// The fields before the asterisk; nullopt where the check is wrong or none.
std::optional<std::vector<std::string_view>> fields_of(std::string_view line) {
  if (line.size() < 4 || line[line.size() - 3] != '*') return std::nullopt;
  unsigned check = 0;
  const char* const end = line.data() + line.size();
  if (std::from_chars(end - 2, end, check, 16).ptr != end) return std::nullopt;
  line.remove_suffix(3);
  for (const char c : line) check ^= static_cast<unsigned char>(c);
  if (check != 0) return std::nullopt;
  std::vector<std::string_view> fields;
  for (std::size_t at = 0; at <= line.size();) {
    const std::size_t comma = std::min(line.find(',', at), line.size());
    fields.push_back(line.substr(at, comma - at));
    at = comma + 1;
  }
  return fields;
}

class LineSensor final : public Device, public Meter {
 public:
  LineSensor(std::unique_ptr<SerialPort> port, const ResourceConfig& resource,
             const DriverContext& context)
      : dialogue_(std::move(port), resource.name, context) {}

  Result<void> identify() {
    for (int i = 0; i < openings && identity_.empty(); ++i) {
      auto asked = exchange("?\n", [this](const std::vector<std::string_view>& fields) {
        if (fields.size() != 3 || fields[0] != "?" || fields[1].empty()) return false;
        identity_ = fmt::format("line sensor {}, version {}", quoted(as_bytes(fields[1])),
                                quoted(as_bytes(fields[2])));
        return true;
      });
      if (!asked) return pass_on(std::move(asked));
    }
    return identity_.empty() ? no_answer("?,NAME,VERSION") : Result<void>();
  }

  [[nodiscard]] std::string identity() const override { return identity_; }
  Meter* as_meter() override { return this; }

  Result<Reading> read(const std::string& quantity) override {
    std::optional<std::uint32_t> echoed;
    std::optional<double> value;
    std::set<std::string, std::less<>> others;
    auto asked = ask_clock([&](const std::vector<std::string_view>& fields) {
      if (auto echo = echo_in(fields)) echoed = echo;
      if (fields.size() != 4) return false;
      const auto count = number_in<std::uint32_t>(fields[0]);
      const auto stamp = number_in<std::uint32_t>(fields[1]);
      const auto number = number_in<double>(fields[3]);
      if (!count || !stamp || !number || !std::isfinite(*number)) return false;
      others.emplace(fields[2]);
      if (fields[2] != quantity || !echoed || is_before(*stamp, *echoed)) return false;
      value = number;
      return true;
    });
    if (!asked) return pass_on(std::move(asked));
    if (value) return Reading{*value, dialogue_.last_received()};
    if (!echoed) return no_answer(fmt::format("T{},CLOCK", turn_));
    if (others.contains(quantity))
      return fail(ErrorCode::timeout, "{} said no {} for {} ms", dialogue_.resource(),
                  quoted(as_bytes(quantity)), reading_within.count());
    return fail(
        ErrorCode::usage, "{} does not measure {}: it has {}", dialogue_.resource(),
        quoted(as_bytes(quantity)),
        others.empty() ? "nothing" : quoted(as_bytes(fmt::format("{}", fmt::join(others, " ")))));
  }

  Result<Sent> harmless_exchange() override {
    auto asked = ask_clock([this](const std::vector<std::string_view>& fields) {
      return echo_in(fields).has_value();
    });
    if (!asked) return pass_on(std::move(asked));
    if (!*asked) return no_answer(fmt::format("T{},CLOCK", turn_));
    return last_sent_;
  }

 private:
  // Of a clock with 32 bits, for moments less than 35 minutes apart.
  static bool is_before(std::uint32_t one, std::uint32_t other) {
    return static_cast<std::int32_t>(one - other) < 0;
  }

  [[nodiscard]] std::optional<std::uint32_t> echo_in(
      const std::vector<std::string_view>& fields) const {
    if (fields.size() != 2 || fields[0] != fmt::format("T{}", turn_)) return std::nullopt;
    return number_in<std::uint32_t>(fields[1]);
  }

  template <class Take>
  Result<bool> ask_clock(Take take) {
    turn_ = turn_ % most_turns + 1;
    return exchange(fmt::format("T{}\n", turn_), take);
  }

  // Sends a question and takes lines with a right check until `take` has what it wants. False: it
  // had not, in time.
  template <class Take>
  Result<bool> exchange(const std::string& question, Take take) {
    heard_.clear();
    auto done = send_and_hear(question, take);
    last_sent_ = dialogue_.finish();
    return done;
  }

  template <class Take>
  Result<bool> send_and_hear(const std::string& question, Take take) {
    // What waits was said unasked, and is recorded so.
    if (auto taken = dialogue_.pause_until(SteadyClock::now()); !taken)
      return pass_on(std::move(taken));
    if (auto sent = dialogue_.send(as_bytes(question)); !sent) return pass_on(std::move(sent));
    const Deadline until = SteadyClock::now() + reading_within;
    LineReader lines;
    while (SteadyClock::now() < until) {
      const auto came = dialogue_.receive(until);
      if (!came) return tl::unexpected(came.error());
      if (came->empty()) break;
      if (heard_.size() < shown) heard_.insert(heard_.end(), came->begin(), came->end());
      lines.feed(*came);
      while (const auto line = lines.next())
        if (const auto fields = fields_of(*line); fields && take(*fields)) return true;
    }
    return false;
  }

  tl::unexpected<Error> no_answer(const std::string& wanted) const {
    if (heard_.empty())
      return fail(ErrorCode::timeout,
                  "{} did not answer within {} ms: is this its port, and does its sketch run?",
                  dialogue_.resource(), reading_within.count());
    return fail(ErrorCode::protocol,
                "{} said {} where {} with its check was expected: is `baud` as in its sketch?",
                dialogue_.resource(), quoted(heard_), wanted);
  }

  Dialogue dialogue_;
  std::string identity_;
  int turn_ = 0;  // of the last T
  Bytes heard_;   // the beginning of what followed the last question
  Sent last_sent_;
};

Result<std::unique_ptr<Device>> open_line_sensor(const ResourceConfig& resource,
                                                 const DriverContext& context) {
  auto baud = number_option(resource, "baud", 115200, 1200, 115200);
  if (!baud) return pass_on(std::move(baud));
  auto port = open_serial_port(resource, *baud);
  if (!port) return pass_on(std::move(port));
  auto sensor = std::make_unique<LineSensor>(std::move(*port), resource, context);
  if (auto identified = sensor->identify(); !identified) return pass_on(std::move(identified));
  return sensor;
}

constexpr std::array<OptionEntry, 3> options{{
    {"port", false, "serial port, as /dev/serial/by-path/..."},
    {"usb", false, "the port's USB adapter instead: path, vid, pid, serial"},
    {"baud", false, "115200 where absent"},
}};

}  // namespace

extern const DriverEntry line_sensor_driver;
constinit const DriverEntry line_sensor_driver{
    .name = "line_sensor",
    .summary = "sensors on a microcontroller of one's own, line by line",
    .transport = "serial",
    .capability = "meter",
    .read_back = ReadBack::none,
    .source = "its own convention: drivers/line_sensor.cpp",
    .options = options,
    .open = open_line_sensor,
};

}  // namespace brewproof
