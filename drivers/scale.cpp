// Balances on a serial line; the lines of each dialect and their sources are in scale/lines.h.
//
//   dialect   factory setting                       asked with
//   mt_sics   9600 8N1                              SI
//   ohaus     9600 8N1                              IP
//   and       2400 7E1                              Q
//   kern      1200 8N2                              O8
//
// 7E1 is sent and heard as 8N1 whose eighth bit is the even parity: the bits on the line are the
// same. A second stop bit is silence to this side, and a balance that waits for one of ours has it:
// it only listens for the next start.
//
// A reading is what the balance shows now: while a drink pours it is moving all the time, and
// waiting for rest would be waiting for the end. Nothing is zeroed or tared. A question is not
// repeated after an error.

#include "drivers/scale/lines.h"

#include <algorithm>
#include <array>
#include <bit>

#include "drivers/option.h"
#include "drivers/quoted.h"
#include "drivers/transport/dialogue.h"
#include "drivers/transport/line_reader.h"
#include "rig/bench/driver.h"

namespace brewproof {
namespace {

using scale::Answer;
using scale::Dialect;
using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

// 15 bytes take 140 ms at 1200 baud, and the slowest (Vibra, 10.5.1) promises no more than a
// second.
constexpr milliseconds answer_within{1000};
constexpr milliseconds late_answer_within{1000};
constexpr std::size_t longest_answer = 256;

struct DialectEntry {
  std::string_view name;
  Dialect dialect;
  int baud;
  bool even_parity;
};
constexpr std::array<DialectEntry, 4> dialects{{{"mt_sics", Dialect::mt_sics, 9600, false},
                                                {"ohaus", Dialect::ohaus, 9600, false},
                                                {"and", Dialect::and_, 2400, true},
                                                {"kern", Dialect::kern, 1200, false}}};

std::uint8_t with_even_parity(std::uint8_t byte) {
  const auto seven = static_cast<std::uint8_t>(byte & 0x7F);
  return std::popcount(seven) % 2 == 0 ? seven : static_cast<std::uint8_t>(seven | 0x80);
}

class Scale final : public Device, public Meter {
 public:
  Scale(std::unique_ptr<SerialPort> port, const ResourceConfig& resource,
        const DriverContext& context, const DialectEntry& dialect, bool even_parity)
      : dialogue_(std::move(port), resource.name, context),
        dialect_(dialect),
        even_parity_(even_parity) {}

  /// An overloaded balance has answered too.
  Result<void> identify() {
    if (dialect_.dialect == Dialect::mt_sics) return ask_serial_number();
    auto answer = ask();
    if (!answer) return pass_on(std::move(answer));
    if (answer->kind == Answer::Kind::refused) return refused();
    return {};
  }

  [[nodiscard]] std::string identity() const override {
    return fmt::format("balance, answers {}{}", dialect_.name,
                       serial_number_.empty() ? "" : ", serial number " + serial_number_);
  }

  Meter* as_meter() override { return this; }

  Result<Reading> read(const std::string& quantity) override {
    if (quantity != "mass")
      return fail(ErrorCode::usage, "the balance does not measure {}: it has mass",
                  quoted(as_bytes(quantity)));
    auto answer = ask();
    if (!answer) return pass_on(std::move(answer));
    switch (answer->kind) {
      case Answer::Kind::weight:
        break;
      case Answer::Kind::over:
        return no_weight("is overloaded: take something off it");
      case Answer::Kind::under:
        return no_weight("is below its range: is its pan on, and does nothing lift it?");
      case Answer::Kind::out_of_range:
        return no_weight("is out of its range: overloaded, or without its pan");
      case Answer::Kind::busy:
        return no_weight("is busy: somebody tares it, or it does not come to rest");
      case Answer::Kind::refused:
        return refused();
    }
    const auto kilograms = scale::kilograms_in(answer->unit);
    if (!kilograms)
      return fail(ErrorCode::protocol, "{} weighs in {}: switch it to g, kg, mg, oz or lb",
                  dialogue_.resource(), quoted(as_bytes(answer->unit)));
    return Reading{answer->number * *kilograms, dialogue_.last_received(), answer->moving};
  }

  Result<Sent> harmless_exchange() override {
    auto answer = ask();
    if (!answer) return pass_on(std::move(answer));
    return last_sent_;
  }

 private:
  tl::unexpected<Error> no_weight(std::string_view why) const {
    return fail(ErrorCode::protocol, "{} {}", dialogue_.resource(), why);
  }

  tl::unexpected<Error> refused() const {
    return fail(ErrorCode::protocol, "{} answers {}, it does not understand: is `dialect` right?",
                dialogue_.resource(), quoted(heard_));
  }

  // I4 A "1234567890"; a balance that has none to tell refuses.
  Result<void> ask_serial_number() {
    bool answered = false;
    auto asked = exchange("I4\r\n", [&](const std::string& line) {
      constexpr std::string_view begin = "I4 A \"";
      if (line.starts_with(begin) && line.size() > begin.size() && line.ends_with('"'))
        serial_number_ = line.substr(begin.size(), line.size() - begin.size() - 1);
      answered =
          answered || !serial_number_.empty() || line == "I4 I" || line == "ES" || line == "EL";
      return answered;
    });
    if (!asked) return asked;
    return answered ? Result<void>() : no_answer();
  }

  Result<Answer> ask() {
    std::optional<Answer> answer;
    auto asked = exchange(scale::question(dialect_.dialect), [&](const std::string& line) {
      if (auto read = scale::read_line(dialect_.dialect, line)) answer = std::move(read);
      return answer.has_value();
    });
    if (!asked) return pass_on(std::move(asked));
    if (!answer) return no_answer();
    return *std::move(answer);
  }

  // Sends a question and takes lines until `take` has seen an answer and no further one has begun:
  // of two that come together the later is the one to this question. Other lines, an echo or noise,
  // are passed over.
  template <class Take>
  Result<void> exchange(std::string_view question, Take take) {
    heard_.clear();
    if (auto settled = dialogue_.settle(); !settled) return settled;
    auto heard = send_and_hear(question, take);
    last_sent_ = dialogue_.finish();
    return heard;
  }

  template <class Take>
  Result<void> send_and_hear(std::string_view question, Take take) {
    Bytes bytes(question.begin(), question.end());
    if (even_parity_) std::ranges::transform(bytes, bytes.begin(), with_even_parity);
    if (auto sent = dialogue_.send(bytes); !sent) return sent;
    const Deadline until = SteadyClock::now() + answer_within;
    LineReader lines;
    for (bool answered = false; SteadyClock::now() < until && heard_.size() < longest_answer;) {
      const auto came = dialogue_.receive(until);
      if (!came) return tl::unexpected(came.error());
      if (came->empty()) break;
      const Bytes text = in_seven_bits(*came);
      heard_.insert(heard_.end(), text.begin(), text.end());
      lines.feed(text);
      while (const auto line = lines.next()) answered = take(*line) || answered;
      if (answered && lines.unfinished().empty()) break;
    }
    return {};
  }

  // A byte with a wrong parity stays what it is, which no line holds.
  [[nodiscard]] Bytes in_seven_bits(ByteView came) const {
    Bytes text(came.begin(), came.end());
    if (even_parity_)
      for (std::uint8_t& byte : text)
        byte = with_even_parity(byte) == byte ? byte & 0x7F : byte | 0x80;
    return text;
  }

  tl::unexpected<Error> no_answer() {
    const bool ended = !heard_.empty() && heard_.back() == '\n';
    if (!ended) dialogue_.owe_answer(late_answer_within);
    if (heard_.empty())
      return fail(ErrorCode::timeout,
                  "{} did not answer within {} ms: is the balance on, and are `dialect` and `baud` "
                  "as in its menu?",
                  dialogue_.resource(), answer_within.count());
    return fail(ErrorCode::protocol,
                "{} answered {}, which is no whole line of {}: are `dialect`, `baud` and `parity` "
                "as in its menu?",
                dialogue_.resource(), quoted(heard_), dialect_.name);
  }

  Dialogue dialogue_;
  const DialectEntry& dialect_;
  bool even_parity_;
  std::string serial_number_;
  Bytes heard_;  // the last answer, whole or not
  Sent last_sent_;
};

Result<std::unique_ptr<Device>> open_scale(const ResourceConfig& resource,
                                           const DriverContext& context) {
  const std::string name = text_option(resource, "dialect", "mt_sics");
  const auto dialect = std::ranges::find(dialects, name, &DialectEntry::name);
  if (dialect == dialects.end())
    return fail(ErrorCode::bad_file, "dialect is {}: mt_sics, ohaus, and or kern is expected",
                quoted(as_bytes(name)));
  auto baud = number_option(resource, "baud", dialect->baud, 1200, 115200);
  if (!baud) return pass_on(std::move(baud));
  const std::string parity =
      text_option(resource, "parity", dialect->even_parity ? "even" : "none");
  if (parity != "even" && parity != "none")
    return fail(ErrorCode::bad_file,
                "parity is {}: none (8 bits) or even (7 bits and parity) is expected",
                quoted(as_bytes(parity)));
  auto port = open_serial_port(resource, *baud);
  if (!port) return pass_on(std::move(port));
  auto balance =
      std::make_unique<Scale>(std::move(*port), resource, context, *dialect, parity == "even");
  if (auto identified = balance->identify(); !identified) return pass_on(std::move(identified));
  return balance;
}

constexpr std::array<OptionEntry, 5> options{{
    {"port", false, "serial port, as /dev/serial/by-path/..."},
    {"usb", false, "the port's USB adapter instead: path, vid, pid, serial"},
    {"dialect", false, "mt_sics, ohaus, and or kern; mt_sics where absent"},
    {"baud", false, "9600 where absent; 2400 with `and`, 1200 with `kern`"},
    {"parity", false, "none (8 bits) or even (7 bits); even where absent with `and`, else none"},
}};

}  // namespace

extern const DriverEntry scale_driver;
constinit const DriverEntry scale_driver{
    .name = "scale",
    .summary = "balance on a serial line (MT-SICS, OHAUS, A&D, KERN): mass",
    .transport = "serial",
    .capability = "meter",
    .read_back = ReadBack::none,
    .source =
        "Mettler-Toledo 11780711; OHAUS RS232 interface manual; A&D GX-A communication "
        "manual; sigrokproject/libsigrok src/scale/kern.c",
    .options = options,
    .open = open_scale,
    .measures = "mass",
};

}  // namespace brewproof
