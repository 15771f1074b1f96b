#include "drivers/jura/service_port.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "drivers/jura/encoding.h"
#include "drivers/jura/paced_port.h"
#include "drivers/quoted.h"

namespace brewproof::jura {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr milliseconds answer_within{5000};  // hn/jura-coffee-machine gives up after five seconds
constexpr milliseconds end_within{1500};
constexpr milliseconds late_answer_within{1000};
// A command is a dozen characters, each of which takes 13 ms; a busy station is later.
constexpr milliseconds said_within{3000};
constexpr std::size_t most_heard = 65536;
constexpr std::size_t words_of_a_row = 16, digits_of_a_word = 4;

bool is_hex(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

bool is_name(std::string_view rest) {
  return std::ranges::all_of(rest, [](unsigned char c) { return c >= ' ' && c < 0x7F; }) &&
         rest.find_first_not_of(' ') != std::string_view::npos;
}
bool is_row(std::string_view rest) {
  return rest.size() == words_of_a_row * digits_of_a_word && is_hex(rest);
}
bool is_word(std::string_view rest) { return rest.size() == digits_of_a_word && is_hex(rest); }
bool is_inputs(std::string_view rest) {
  return rest.size() >= 2 && rest.size() <= 16 && rest.size() % 2 == 0 && is_hex(rest);
}
bool is_nothing(std::string_view rest) { return rest.empty(); }

template <class Number>
Number hex_number(std::string_view digits) {
  Number number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  return number;
}

// What stands behind the last place of `letters`: noise may stand before it.
std::optional<std::string> rest_of(std::string_view line, std::string_view letters) {
  const std::size_t at = line.rfind(letters);
  if (at == std::string_view::npos) return std::nullopt;
  return std::string(line.substr(at + letters.size()));
}

}  // namespace

ServicePort::ServicePort(std::unique_ptr<SerialPort> port, const std::string& resource,
                         const DriverContext& context)
    : dialogue_(std::make_unique<PacedPort>(std::move(port)), resource, context) {}

Result<std::string> ServicePort::type() {
  auto name = ask("TY:", "ty:", is_name, answer_within);
  if (!name) return name;
  const std::size_t first = name->find_first_not_of(' ');
  return name->substr(first, name->find_last_not_of(' ') - first + 1);
}

Result<std::uint16_t> ServicePort::word(std::uint8_t address) {
  const bool in_row = address < words_of_a_row;
  auto answer = in_row ? ask("RT:0000", "rt:", is_row, answer_within)
                       : ask(fmt::format("RE:{:02X}", address), "re:", is_word, answer_within);
  if (!answer) return pass_on(std::move(answer));
  const std::size_t at = in_row ? address * digits_of_a_word : 0;
  return hex_number<std::uint16_t>(std::string_view(*answer).substr(at, digits_of_a_word));
}

Result<std::uint8_t> ServicePort::inputs() {
  auto answer = ask("IC:", "ic:", is_inputs, answer_within);
  if (!answer) return pass_on(std::move(answer));
  return hex_number<std::uint8_t>(std::string_view(*answer).substr(0, 2));
}

Result<Sent> ServicePort::act(const std::string& command) {
  auto heard = ask(command, "ok:", is_nothing, answer_within);
  if (!heard) return pass_on(std::move(heard));
  return sent_;
}

Result<Sent> ServicePort::end(const std::string& command) {
  auto heard = ask(command, "ok:", is_nothing, end_within);
  if (!heard) return pass_on(std::move(heard));
  return sent_;
}

Result<std::string> ServicePort::ask(const std::string& command, std::string_view letters,
                                     IsWhole is_whole, milliseconds within) {
  heard_.clear();
  if (within == answer_within)
    if (auto settled = dialogue_.settle(); !settled) return pass_on(std::move(settled));
  auto answer = hear(command, letters, is_whole, within);
  sent_ = dialogue_.finish();
  if (!answer) return pass_on(std::move(answer));
  if (*answer) return std::move(**answer);
  dialogue_.owe_answer(late_answer_within);
  if (heard_.empty())
    return fail(ErrorCode::timeout,
                "{}: no response to {} within {} ms: is the machine's plug in, is this its service "
                "port, and are its two lines the right way round?",
                dialogue_.resource(), command, within.count());
  return fail(ErrorCode::protocol, "{}: the machine said {} where an answer to {} was expected",
              dialogue_.resource(), quoted(heard_), command);
}

Result<std::optional<std::string>> ServicePort::hear(const std::string& command,
                                                     std::string_view letters, IsWhole is_whole,
                                                     milliseconds within) {
  const Bytes said = encode(command + "\r\n");
  if (auto sent = dialogue_.send(said, said_within); !sent) return pass_on(std::move(sent));
  const Deadline until = SteadyClock::now() + within;
  LineDecoder lines;
  while (SteadyClock::now() < until && heard_.size() < most_heard) {
    const auto came = dialogue_.receive(until);
    if (!came) return tl::unexpected(came.error());
    if (came->empty()) break;
    heard_.insert(heard_.end(), came->begin(), came->end());
    lines.feed(*came);
    while (const auto line = lines.next())
      if (auto rest = rest_of(*line, letters); rest && is_whole(*rest)) return rest;
  }
  return std::nullopt;
}

}  // namespace brewproof::jura
