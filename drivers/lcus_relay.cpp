// LCUS-1/2/4/8 serial relay boards ("LC Tech", CH340, 9600 8N1) and their clones.
//
// Sources: wiki.diustou.com "USB Relay" and vendor texts at optimusdigital.ro and tilga.com
// (frames, the FF query of LCUS-2/4/8); Pebble94464/lcus-usb-relay-module-controller, __init__.py
// and DeviceB.py (10 ms between frames; the SAMIROB dialect with its check operation).
//
//   switch      A0 channel 00|01 sum8           no answer, in any dialect (SAMIROB's 02 and 03
//   would
//                                               answer; a command that waits for nothing is safer)
//   text        FF -> "CH1: ON\r\n" "CH2: OFF\r\n" ..., a line per relay
//   samirob     A0 channel 05 sum8 -> A0 channel 00|01 sum8
//   write_only  LCUS-1: no query, no answer; CR and LF between frames are ignored
//
// What a board reports is its firmware's variable: proof that it took the command, not that a
// contact moved. A command is never repeated: after an error the state is unknown until read.

#include <algorithm>
#include <array>
#include <map>

#include "drivers/each_off.h"
#include "drivers/option.h"
#include "drivers/quoted.h"
#include "drivers/transport/dialogue.h"
#include "drivers/transport/line_reader.h"
#include "rig/bench/driver.h"

namespace brewproof {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr int most_channels = 8;
constexpr milliseconds between_frames{10};
constexpr milliseconds answer_within{200};
constexpr milliseconds late_answer_within{1000};  // a stale state is worse than a second's wait
constexpr milliseconds lines_end_after{60};  // silence that ends a text answer of unknown length
constexpr std::size_t longest_answer = 256;

enum class Dialect { text, samirob, write_only };
enum Operation : std::uint8_t { op_off = 0, op_on = 1, op_check = 5 };

constexpr std::array<std::uint8_t, 1> query{0xFF};
constexpr std::array<std::uint8_t, 4> line_ends{'\r', '\n', '\r', '\n'};

using Frame = std::array<std::uint8_t, 4>;

Frame frame(int channel, Operation operation) {
  const auto number = static_cast<std::uint8_t>(channel);
  return {0xA0, number, operation, static_cast<std::uint8_t>(0xA0 + number + operation)};
}

// The lines of one text answer.
class TextAnswer {
 public:
  void feed(ByteView bytes) {
    lines_.feed(bytes);
    while (const auto line = lines_.next()) read_line(*line);
  }
  /// CH1 to CH<channels> and nothing else, each with one state.
  [[nodiscard]] bool is_whole(int channels) const {
    return !contradicts_itself_ && !states.empty() && static_cast<int>(states.size()) == channels &&
           states.rbegin()->first == channels;
  }
  std::map<int, bool> states;  // by channel

 private:
  // "CH3: OFF". Bytes before CH are noise; a line without a readable state leaves its channel out.
  void read_line(const std::string& line) {
    const std::size_t start = line.rfind("CH");
    if (start == std::string::npos || line.size() < start + 4) return;
    const int channel = line[start + 2] - '0';
    if (channel < 1 || channel > most_channels || line[start + 3] != ':') return;
    std::string word = line.substr(start + 4);
    word.erase(0, word.find_first_not_of(' '));
    if (word != "ON" && word != "OFF") return;
    const auto [known, is_new] = states.emplace(channel, word == "ON");
    if (!is_new && known->second != (word == "ON")) contradicts_itself_ = true;
  }

  LineReader lines_;
  bool contradicts_itself_ = false;
};

// The state in the first frame A0 channel 00|01 sum8; an echoed check frame is not one.
std::optional<bool> find_state(ByteView bytes, int channel) {
  for (const Operation state : {op_off, op_on})
    if (const Frame wanted = frame(channel, state); !std::ranges::search(bytes, wanted).empty())
      return state == op_on;
  return std::nullopt;
}

class LcusRelay final : public Device, public Switch {
 public:
  LcusRelay(std::unique_ptr<SerialPort> port, const ResourceConfig& resource,
            const DriverContext& context)
      : dialogue_(std::move(port), resource.name, context) {}

  /// `channels` 0: not said.
  Result<void> identify(const std::string& dialect, int channels) {
    if (dialect == "write_only") {
      dialect_ = Dialect::write_only;
      channels_ = std::max(channels, 1);
      return {};
    }
    auto found = dialect == "samirob" ? Result<bool>(false) : probe_text(channels);
    if (!found) return pass_on(std::move(found));
    if (!*found && dialect != "text") found = probe_samirob(channels);
    if (!found) return pass_on(std::move(found));
    if (*found) return {};
    if (!heard_.empty())
      return fail(ErrorCode::protocol,
                  "what answers is not an LCUS board: {}; is this the right port?", quoted(heard_));
    if (!dialect.empty() || channels > 1)
      return fail(ErrorCode::timeout,
                  "the board does not answer: is it powered, and is this its port? Boards that "
                  "cannot answer (LCUS-1) need `dialect: write_only`");
    dialect_ = Dialect::write_only;
    channels_ = 1;
    return {};
  }

  /// The command is the same in every dialect. Boards ignore a channel that they have not; whether
  /// it came is found out afterwards.
  void off_before_asked(int channels) {
    for (int channel = 1; channel <= (channels == 0 ? most_channels : channels); ++channel)
      if (!command(frame(channel, op_off))) return;
  }

  [[nodiscard]] std::string identity() const override {
    switch (dialect_) {
      case Dialect::text:
        return fmt::format("LCUS-{}, answers FF with text", channels_);
      case Dialect::samirob:
        return fmt::format("LCUS clone (SAMIROB) with {} channels", channels_);
      case Dialect::write_only:
        break;
    }
    return fmt::format("LCUS-{}, write only: it cannot answer", channels_);
  }

  Switch* as_switch() override { return this; }

  [[nodiscard]] ReadBack read_back() const override {
    return dialect_ == Dialect::write_only ? ReadBack::none : ReadBack::latch;
  }

  Result<Sent> set(int channel, bool on) override {
    if (auto known = check_channel(channel); !known) return pass_on(std::move(known));
    return command(frame(channel, on ? op_on : op_off));
  }

  // Without waiting for anything but the board's own pace, and with the last channel tried even
  // when an earlier one failed.
  Result<Sent> all_off() override { return each_off(*this, channels_); }

  Result<std::optional<bool>> read(int channel) override {
    if (auto known = check_channel(channel); !known) return pass_on(std::move(known));
    if (dialect_ == Dialect::write_only) return std::nullopt;
    return dialect_ == Dialect::text ? ask_text(channel) : ask_state(channel);
  }

  Result<Sent> harmless_exchange() override {
    if (dialect_ == Dialect::write_only) return command(line_ends);
    auto state = read(1);
    if (!state) return pass_on(std::move(state));
    return last_sent_;
  }

 private:
  Result<void> check_channel(int channel) const {
    if (channel >= 1 && channel <= channels_) return {};
    return fail(ErrorCode::usage, "{} has no channel {}: its board has {}", dialogue_.resource(),
                channel, channels_);
  }

  Result<void> keep_pace() {
    return dialogue_.pause_until(dialogue_.last_activity() + between_frames);
  }

  Result<void> send(ByteView bytes) {
    // The board may hold the first bytes of a frame that was cut off. Line ends complete it with a
    // wrong sum, and are ignored otherwise.
    if (dialogue_.was_cut()) {
      if (auto mended = dialogue_.send(line_ends); !mended) return mended;
    }
    if (auto paced = keep_pace(); !paced) return paced;
    return dialogue_.send(bytes);
  }

  Result<Sent> command(ByteView bytes) {
    auto sent = send(bytes);
    const Sent stamps = dialogue_.finish();
    if (!sent) return pass_on(std::move(sent));
    return stamps;
  }

  // Sends a question and collects in `heard_` until `is_answered`, which may move the deadline.
  template <class IsAnswered>
  Result<bool> ask(ByteView question, IsAnswered is_answered) {
    heard_.clear();
    if (auto settled = dialogue_.settle(); !settled) return pass_on(std::move(settled));
    auto answered = send_and_collect(question, is_answered);
    last_sent_ = dialogue_.finish();
    return answered;
  }

  template <class IsAnswered>
  Result<bool> send_and_collect(ByteView question, IsAnswered is_answered) {
    if (auto sent = send(question); !sent) return pass_on(std::move(sent));
    Deadline until = SteadyClock::now() + answer_within;
    for (;;) {
      const auto came = dialogue_.receive(until);
      if (!came) return tl::unexpected(came.error());
      if (came->empty()) return false;
      heard_.insert(heard_.end(), came->begin(), came->end());
      if (is_answered(*came, until)) return true;
      if (SteadyClock::now() > until) return false;
    }
  }

  tl::unexpected<Error> no_answer(std::string_view expected) {
    dialogue_.owe_answer(late_answer_within);
    if (heard_.empty())
      return fail(ErrorCode::timeout,
                  "{} did not answer within {} ms: its state is unknown; is the board powered?",
                  dialogue_.resource(), answer_within.count());
    return fail(ErrorCode::protocol, "{} answered {} where {} was expected: its state is unknown",
                dialogue_.resource(), quoted(heard_), expected);
  }

  // An unknown number of lines ends with silence.
  Result<bool> probe_text(int channels) {
    TextAnswer answer;
    auto asked = ask(query, [&](ByteView came, Deadline& until) {
      answer.feed(came);
      until = SteadyClock::now() + lines_end_after;
      return heard_.size() > longest_answer;
    });
    if (!asked) return asked;
    if (answer.states.empty()) return false;
    const int found = static_cast<int>(answer.states.size());
    if (!answer.is_whole(found)) return no_answer("CH1: ON or OFF, CH2 ...");
    if (channels != 0 && channels != found)
      return fail(ErrorCode::bad_file,
                  "the board has {} channels and the bench file says {}: is this the right board?",
                  found, channels);
    dialect_ = Dialect::text;
    channels_ = found;
    return true;
  }

  Result<bool> probe_samirob(int channels) {
    const Bytes text_answer = std::move(heard_);
    auto found = ask(frame(1, op_check),
                     [&](ByteView, Deadline&) { return find_state(heard_, 1).has_value(); });
    if (heard_.empty()) heard_ = text_answer;
    if (!found || !*found) return found;
    dialect_ = Dialect::samirob;
    channels_ = std::max(channels, 1);
    return true;
  }

  Result<std::optional<bool>> ask_text(int channel) {
    TextAnswer answer;
    auto asked = ask(query, [&](ByteView came, Deadline&) {
      answer.feed(came);
      return answer.is_whole(channels_);
    });
    if (!asked) return pass_on(std::move(asked));
    if (!answer.is_whole(channels_)) return no_answer(fmt::format("CH1 to CH{}", channels_));
    return answer.states.at(channel);
  }

  Result<std::optional<bool>> ask_state(int channel) {
    auto asked = ask(frame(channel, op_check),
                     [&](ByteView, Deadline&) { return find_state(heard_, channel).has_value(); });
    if (!asked) return pass_on(std::move(asked));
    if (!*asked) return no_answer(fmt::format("A0 {:02X} 00 or 01 and their sum", channel));
    return find_state(heard_, channel);
  }

  Dialogue dialogue_;
  Dialect dialect_ = Dialect::write_only;
  int channels_ = 0;
  Bytes heard_;  // the last answer, whole or not
  Sent last_sent_;
};

Result<std::unique_ptr<Device>> open_lcus_relay(const ResourceConfig& resource,
                                                const DriverContext& context) {
  auto channels = number_option(resource, "channels", 0, 1, most_channels);
  if (!channels) return pass_on(std::move(channels));
  const std::string dialect = text_option(resource, "dialect", "");
  if (!dialect.empty() && dialect != "text" && dialect != "samirob" && dialect != "write_only")
    return fail(ErrorCode::bad_file, "dialect is {}: text, samirob or write_only is expected",
                quoted(as_bytes(dialect)));
  auto port = open_serial_port(resource, 9600);
  if (!port) return pass_on(std::move(port));
  auto board = std::make_unique<LcusRelay>(std::move(*port), resource, context);
  if (context.off_first) board->off_before_asked(*channels);
  if (auto identified = board->identify(dialect, *channels); !identified)
    return pass_on(std::move(identified));
  return board;
}

constexpr std::array<OptionEntry, 4> options{{
    {"port", false, "serial port, as /dev/serial/by-path/..."},
    {"usb", false, "the port's USB adapter instead: path, vid, pid, serial"},
    {"channels", false, "number of relays; asked of the board where it can tell"},
    {"dialect", false, "text, samirob or write_only; found out where absent"},
}};

// The CH340 on the board.
constexpr std::array<UsbMatch, 1> recognises{{{.vid = "1a86", .pid = "7523", .shared = true}}};

}  // namespace

extern const DriverEntry lcus_relay_driver;
constinit const DriverEntry lcus_relay_driver{
    .name = "lcus_relay",
    .summary = "LCUS-1/2/4/8 serial relay board (CH340) and its clones",
    .transport = "serial",
    .capability = "switch",
    .read_back = ReadBack::latch,
    .source = "wiki.diustou.com \"USB Relay\"; Pebble94464/lcus-usb-relay-module-controller",
    .options = options,
    .recognises = recognises,
    .open = open_lcus_relay,
};

}  // namespace brewproof
