// Bench meters that are asked with SCPI over a serial line (8N1): what a resource `measures` is an
// option, because the meter is wired for it: current_dc needs other sockets than voltage_dc.
//
// Sources: SCPI-99, volume 1, 7.2 and 21 (infinity is 9.9E37, the error queue and its numbers),
// volume 2, 3 (CONFigure, READ, MEASure); IEEE 488.2, 10.14 (*IDN?);
// sigrokproject/libsigrok, src/hardware/scpi-dmm (what meters are asked in practice).
//
//   *IDN?                   maker,model,serial number,firmware
//   SYST:REM                no answer; the panel's keys are locked
//   CONF:CURR:DC            no answer; READ? -> +1.23456789E-03
//   MEAS:CURR:DC?           both in one
//   SYST:ERR?               -113,"Undefined header", the oldest first; 0,"No error" when there is
//                           none left
//
// One question at a time: a second one before the answer is error -410, and the answer lost. With
// one function the meter is set to it when it is opened, with several it is for each reading. A
// meter that does not know SYST:REM says so in its error queue, which is read and let be. Answers
// have no check: one that is not a number to its end is none. A reading takes as long as the meter
// measures: it is set to a fast rate at its panel.

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <sstream>
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

constexpr milliseconds answer_within{3000};  // slow rates and the search for a range
constexpr milliseconds late_answer_within{3000};
constexpr milliseconds after_nonsense{500};  // a line that is no answer: hardly another comes
constexpr std::size_t longest_answer = 512;
constexpr int most_errors = 64;  // of a queue; none known is longer than 30
constexpr double least_infinity = 9e37;

struct Function {
  std::string_view name;      // in the bench file
  std::string_view quantity;  // of the meter
  std::string_view header;
};
constexpr std::array<Function, 6> functions{{{"voltage_dc", "voltage", "VOLT:DC"},
                                             {"voltage_ac", "voltage", "VOLT:AC"},
                                             {"current_dc", "current", "CURR:DC"},
                                             {"current_ac", "current", "CURR:AC"},
                                             {"frequency", "frequency", "FREQ"},
                                             {"temperature", "temperature", "TEMP"}}};
using Functions = std::vector<const Function*>;

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

class Scpi final : public Device, public Meter {
 public:
  Scpi(std::unique_ptr<SerialPort> port, const ResourceConfig& resource,
       const DriverContext& context, Functions measured)
      : dialogue_(std::move(port), resource.name, context), measured_(std::move(measured)) {}

  /// Asks who it is, empties its error queue and sets it up. `remote`: it is told so.
  Result<void> identify(bool remote) {
    // Ends what an earlier program may have left half said; that, too, is an error in the queue.
    if (auto ended = tell(""); !ended) return ended;
    if (auto asked = ask_identity(); !asked) return asked;
    if (remote)
      if (auto told = tell("SYST:REM"); !told) return told;
    if (auto old = take_errors(); !old) return pass_on(std::move(old));
    if (measured_.size() > 1) return {};
    return set_up(fmt::format("CONF:{}", measured_.front()->header));
  }

  [[nodiscard]] std::string identity() const override { return identity_; }
  Meter* as_meter() override { return this; }

  Result<Reading> read(const std::string& quantity) override {
    const auto found = std::ranges::find(measured_, quantity, &Function::quantity);
    if (found == measured_.end())
      return fail(ErrorCode::usage, "{} does not measure {}: its `measures` has {}",
                  dialogue_.resource(), quoted(as_bytes(quantity)), names());
    if (std::exchange(failed_, false)) {
      auto why = take_errors();
      if (!why) return pass_on(std::move(why));
      if (!why->empty()) return refused("its last question", *why);
    }
    const std::string question =
        measured_.size() == 1 ? "READ?" : fmt::format("MEAS:{}?", (*found)->header);
    const auto value = ask<double>(question, "a number", number_in<double>);
    if (!value) {
      failed_ = true;
      return tl::unexpected(value.error());
    }
    const Reading reading{*value, dialogue_.last_received()};
    if (std::abs(reading.value) >= least_infinity)
      return fail(ErrorCode::protocol,
                  "{} is overloaded, or has no value: is its range right, and is it wired for {}?",
                  dialogue_.resource(), (*found)->name);
    return reading;
  }

  Result<Sent> harmless_exchange() override {
    if (auto asked = ask_identity(); !asked) return pass_on(std::move(asked));
    return last_sent_;
  }

 private:
  [[nodiscard]] std::string names() const {
    std::string text;
    for (const Function* each : measured_)
      text += (text.empty() ? "" : " ") + std::string(each->name);
    return text;
  }

  Result<void> ask_identity() {
    auto identity = ask<std::string>("*IDN?", "maker,model,serial number,firmware",
                                     [](const std::string& line) -> std::optional<std::string> {
                                       if (line.find(',') == std::string::npos) return std::nullopt;
                                       return quoted(as_bytes(line));
                                     });
    if (!identity) return pass_on(std::move(identity));
    identity_ = *std::move(identity);
    return {};
  }

  // A command that the meter must understand.
  Result<void> set_up(const std::string& command) {
    if (auto told = tell(command); !told) return told;
    auto errors = take_errors();
    if (!errors) return pass_on(std::move(errors));
    if (!errors->empty()) return refused(command, *errors);
    return {};
  }

  tl::unexpected<Error> refused(std::string_view what, const std::string& errors) const {
    return fail(ErrorCode::protocol, "{} refuses {}: {}", dialogue_.resource(), what, errors);
  }

  // Empties the queue: `-113,"Undefined header"; ...`; "" where there was none.
  Result<std::string> take_errors() {
    std::string all;
    for (int i = 0; i < most_errors; ++i) {
      auto error = ask<std::string>("SYST:ERR?", "NUMBER,\"TEXT\"", error_in);
      if (!error || error->empty()) return error ? Result<std::string>(std::move(all)) : error;
      all += (all.empty() ? "" : "; ") + *error;
    }
    return fail(ErrorCode::protocol, "{}: its error queue does not end: {}", dialogue_.resource(),
                quoted(as_bytes(all)));
  }

  // "" for number 0; nullopt where the line is no error at all.
  static std::optional<std::string> error_in(const std::string& line) {
    const std::size_t comma = line.find(',');
    if (comma == std::string::npos || !line.ends_with('"')) return std::nullopt;
    const auto number = number_in<int>(line.substr(0, comma));
    if (!number) return std::nullopt;
    return *number == 0 ? "" : quoted(as_bytes(line));
  }

  Result<void> tell(const std::string& command) {
    if (auto settled = dialogue_.settle(); !settled) return settled;
    auto sent = dialogue_.send(as_bytes(command + "\n"));
    last_sent_ = dialogue_.finish();
    return sent;
  }

  // Lines until `take` gives a value and no further line has begun: of two that come together the
  // later is the one to this question. An echo and noise are passed over.
  template <class Value, class Take>
  Result<Value> ask(const std::string& question, std::string_view expected, Take take) {
    heard_.clear();
    if (auto settled = dialogue_.settle(); !settled) return pass_on(std::move(settled));
    auto value = send_and_hear<Value>(question, take);
    last_sent_ = dialogue_.finish();
    if (!value) return pass_on(std::move(value));
    if (*value) return **std::move(value);
    return no_answer(question, expected);
  }

  template <class Value, class Take>
  Result<std::optional<Value>> send_and_hear(const std::string& question, Take take) {
    if (auto sent = dialogue_.send(as_bytes(question + "\n")); !sent)
      return pass_on(std::move(sent));
    Deadline until = SteadyClock::now() + answer_within;
    LineReader lines;
    std::optional<Value> value;
    while (SteadyClock::now() < until && heard_.size() < longest_answer) {
      const auto came = dialogue_.receive(until);
      if (!came) return tl::unexpected(came.error());
      if (came->empty()) break;
      heard_.insert(heard_.end(), came->begin(), came->end());
      lines.feed(*came);
      while (const auto line = lines.next()) {
        if (auto taken = take(*line))
          value = std::move(taken);
        else if (*line != question)
          until = std::min(until, SteadyClock::now() + after_nonsense);
      }
      if (value && lines.unfinished().empty()) break;
    }
    return value;
  }

  tl::unexpected<Error> no_answer(const std::string& question, std::string_view expected) {
    const bool ended = !heard_.empty() && heard_.back() == '\n';
    if (!ended) dialogue_.owe_answer(late_answer_within);
    if (heard_.empty())
      return fail(ErrorCode::timeout,
                  "{} did not answer {} within {} ms: is it on, is its serial port chosen in its "
                  "menu, and is `baud` as there?",
                  dialogue_.resource(), question, answer_within.count());
    return fail(ErrorCode::protocol, "{} answered {} to {}, where {} was expected",
                dialogue_.resource(), quoted(heard_), question, expected);
  }

  Dialogue dialogue_;
  Functions measured_;
  std::string identity_;
  bool failed_ = false;  // the last reading: the queue may say why
  Bytes heard_;          // the last answer, whole or not
  Sent last_sent_;
};

// `measures: current_dc`, or several, a blank between them.
Result<Functions> functions_of(const ResourceConfig& resource) {
  Functions measured;
  std::istringstream words(text_option(resource, "measures", ""));
  for (std::string word; words >> word;) {
    const auto* const found = std::ranges::find(functions, word, &Function::name);
    if (found == functions.end())
      return fail(ErrorCode::bad_file,
                  "measures has {}: voltage_dc, voltage_ac, current_dc, current_ac, frequency or "
                  "temperature is expected",
                  quoted(as_bytes(word)));
    if (std::ranges::find(measured, found->quantity, &Function::quantity) != measured.end())
      return fail(ErrorCode::bad_file, "measures has two kinds of {}: one is expected",
                  found->quantity);
    measured.push_back(found);
  }
  if (measured.empty())
    return fail(ErrorCode::bad_file,
                "measures is missing: say for what the meter is wired, as `measures: current_dc`");
  return measured;
}

Result<std::unique_ptr<Device>> open_scpi(const ResourceConfig& resource,
                                          const DriverContext& context) {
  auto baud = number_option(resource, "baud", 9600, 1200, 115200);
  if (!baud) return pass_on(std::move(baud));
  auto remote = on_off_option(resource, "remote", true);
  if (!remote) return pass_on(std::move(remote));
  auto port = open_serial_port(resource, *baud);
  if (!port) return pass_on(std::move(port));
  auto measured = functions_of(resource);
  if (!measured) return pass_on(std::move(measured));
  auto meter = std::make_unique<Scpi>(std::move(*port), resource, context, std::move(*measured));
  if (auto identified = meter->identify(*remote); !identified)
    return pass_on(std::move(identified));
  return meter;
}

constexpr std::array<OptionEntry, 5> options{{
    {"port", false, "serial port, as /dev/serial/by-path/..."},
    {"usb", false, "the port's USB adapter instead: path, vid, pid, serial"},
    {"measures", true,
     "voltage_dc, voltage_ac, current_dc, current_ac, frequency, temperature; several with a blank "
     "between them"},
    {"baud", false, "9600 where absent"},
    {"remote", false, "off: it is not told SYST:REM; on where absent"},
}};

}  // namespace

extern const DriverEntry scpi_driver;
constinit const DriverEntry scpi_driver{
    .name = "scpi",
    .summary = "bench meters with SCPI over a serial line",
    .transport = "serial",
    .capability = "meter",
    .read_back = ReadBack::none,
    .source = "SCPI-99; IEEE 488.2; sigrokproject/libsigrok src/hardware/scpi-dmm",
    .options = options,
    .open = open_scpi,
    .measures = "voltage current frequency temperature",
};

}  // namespace brewproof
