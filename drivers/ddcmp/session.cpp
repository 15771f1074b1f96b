#include "drivers/ddcmp/session.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "drivers/quoted.h"

namespace brewproof::ddcmp {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

// The line is half duplex: whoever has spoken is left the time to listen (EVA-DTS 6.1.1, 3.2). The
// bounds on answers and the counts are ours; the standard's are no longer.
constexpr milliseconds turn_after{10};
constexpr milliseconds answer_within{1000};
constexpr milliseconds gap_within_frame{250};  // adapters deliver in bursts
constexpr milliseconds settled_after{50};      // a changed speed, on both sides
constexpr int attempts = 5;
constexpr int attempts_at_new_speed = 3;
constexpr int longest_silence = 10;  // times answer_within: the machine prepares its data meanwhile
constexpr std::size_t longest_audit = 1u << 20;

// Of messages: what they are.
constexpr std::uint8_t command = 0x77, response = 0x88, block = 0x99;
constexpr std::uint8_t who_are_you_kind = 0xE0, read_kind = 0xE2, finish_kind = 0xFF, accepted = 1;
constexpr std::uint8_t route_person = 0x0C;
constexpr std::uint8_t security_list = 2;  // which is not cleared by reading

constexpr std::array<std::uint8_t, 9> read_security_list{command, read_kind, 0, security_list, 1, 0,
                                                         0,       0,         0};
constexpr std::array<std::uint8_t, 2> finish{command, finish_kind};

std::uint8_t bcd(unsigned number) {
  return static_cast<std::uint8_t>(number % 100 / 10 << 4 | number % 10);
}

std::uint8_t after(std::uint8_t number) { return static_cast<std::uint8_t>(number + 1); }

}  // namespace

Bytes Session::who_are_you() const {
  using namespace std::chrono;
  const sys_seconds at{duration_cast<seconds>(nanoseconds(now_.real_ns))};
  const auto day = floor<days>(at);
  const year_month_day date{day};
  const hh_mm_ss time{at - day};
  const auto low = [](std::uint16_t code) { return static_cast<std::uint8_t>(code & 0xFF); };
  const auto high = [](std::uint16_t code) { return static_cast<std::uint8_t>(code >> 8); };
  return {command,
          who_are_you_kind,
          0,
          low(codes_.security),
          high(codes_.security),
          low(codes_.password),
          high(codes_.password),
          bcd(static_cast<unsigned>(date.day())),
          bcd(static_cast<unsigned>(date.month())),
          bcd(static_cast<unsigned>(static_cast<int>(date.year()))),
          bcd(static_cast<unsigned>(time.hours().count())),
          bcd(static_cast<unsigned>(time.minutes().count())),
          bcd(static_cast<unsigned>(time.seconds().count())),
          0,
          0,
          route_person};
}

Result<std::string> Session::read() {
  auto text = [this]() -> Result<std::string> {
    if (auto begun = begin_and_agree(); !begun) return pass_on(std::move(begun));
    if (auto known = ask(who_are_you(), who_are_you_kind, "WHO ARE YOU",
                         "does not let us in: give the codes that it expects as `security` and "
                         "`password`");
        !known)
      return pass_on(std::move(known));
    if (auto begun = ask(read_security_list, read_kind, "READ of list 2",
                         "does not give list 2, the one that is not cleared by reading");
        !begun)
      return pass_on(std::move(begun));
    auto blocks = hear_blocks();
    // The end of the talk is a courtesy: all was told, and checked.
    if (blocks) (void)tell(finish, "FINISH");
    return blocks;
  }();
  if (speed_ != speeds_.first)
    if (auto back = dialogue_.change_speed(speeds_.first); !back && text)
      return pass_on(std::move(back));
  return text;
}

Result<std::optional<Frame>> Session::next(milliseconds within) {
  if (early_) return std::exchange(early_, std::nullopt);
  const Deadline until = std::min(until_, SteadyClock::now() + within);
  while (true) {
    if (auto frame = reader_.next()) return frame;
    const Deadline wait = reader_.within_frame() ? SteadyClock::now() + gap_within_frame : until;
    auto bytes = dialogue_.receive(wait);
    if (!bytes) return pass_on(std::move(bytes));
    if (!bytes->empty()) {
      reader_.feed(*bytes);
    } else if (reader_.within_frame()) {
      return reader_.break_off();
    } else if (SteadyClock::now() >= until) {
      return std::nullopt;
    }
  }
}

Result<void> Session::send(ByteView bytes) {
  if (auto paused = dialogue_.pause_until(dialogue_.last_activity() + turn_after); !paused)
    return paused;
  if (auto sent = dialogue_.send(bytes); !sent) return sent;
  reader_.expect_echo(bytes);
  return {};
}

Result<void> Session::change_speed(int baud) {
  if (auto changed = dialogue_.change_speed(baud); !changed) return changed;
  speed_ = baud;
  reader_ = {};
  return dialogue_.pause_until(SteadyClock::now() + settled_after);
}

Result<std::optional<Frame>> Session::begin(std::uint8_t offered, int most) {
  for (int attempt = 0; attempt < most && SteadyClock::now() < until_; ++attempt) {
    if (auto sent = send(start(offered)); !sent) return pass_on(std::move(sent));
    while (true) {
      auto frame = next(answer_within);
      if (!frame) return pass_on(std::move(frame));
      if (!*frame || (*frame)->kind == Frame::Kind::damaged) break;
      if ((*frame)->kind == Frame::Kind::stack) return frame;
    }
  }
  return std::nullopt;
}

// What both can is agreed at the first speed and confirmed at the new one; a line that does not
// carry that is gone on with as it was.
Result<void> Session::begin_and_agree() {
  speed_ = speeds_.first;
  std::uint8_t offered = speeds_.most > speeds_.first ? speed_code(speeds_.most) : std::uint8_t{0};
  while (true) {
    auto answer = begin(offered, attempts);
    if (!answer) return pass_on(std::move(answer));
    if (!*answer) break;
    const std::uint8_t agreed = std::min((*answer)->speed, offered);
    if (agreed == 0 || baud_of(agreed) == speed_) return {};
    if (auto changed = change_speed(baud_of(agreed)); !changed) return changed;
    answer = begin(agreed, attempts_at_new_speed);
    if (!answer) return pass_on(std::move(answer));
    if (*answer) return {};
    offered = 0;
    if (auto changed = change_speed(speeds_.first); !changed) return changed;
  }
  return fail(ErrorCode::timeout,
              "{}: the machine does not answer START at its audit port: is it switched on, is "
              "DDCMP chosen in its menu, is `baud` its speed ({} here), and does the optical head "
              "see its window?",
              dialogue_.resource(), speeds_.first);
}

Result<void> Session::tell(ByteView content, const char* what) {
  said_ = after(said_);
  int refused = 0;
  for (int attempt = 0; attempt < attempts && SteadyClock::now() < until_; ++attempt) {
    if (auto sent = send(message(said_, heard_, content)); !sent) return sent;
    while (true) {
      auto frame = next(answer_within);
      if (!frame) return pass_on(std::move(frame));
      if (!*frame || (*frame)->kind == Frame::Kind::damaged) break;
      if ((*frame)->kind == Frame::Kind::refusal) {
        refused = (*frame)->why;
        break;
      }
      if ((*frame)->kind == Frame::Kind::message && (*frame)->number == heard_) {
        // It did not hear our last acknowledgement, and so not this either.
        if (auto sent = send(acknowledge(heard_)); !sent) return sent;
        break;
      }
      if ((*frame)->heard != said_) continue;
      if ((*frame)->kind == Frame::Kind::acknowledge) return {};
      // Its answer says that it heard us, too.
      if ((*frame)->kind == Frame::Kind::message && (*frame)->number == after(heard_)) {
        early_ = std::move(*frame);
        return {};
      }
    }
  }
  return fail(ErrorCode::timeout, "{}: the machine did not take {}, told {} times{}",
              dialogue_.resource(), what, attempts,
              refused == 0 ? "" : fmt::format("; it refused it with reason {}", refused));
}

Result<Frame> Session::hear(const std::string& from) {
  int silent = 0, damaged = 0;
  while (silent < longest_silence && damaged < attempts && SteadyClock::now() < until_) {
    auto frame = next(answer_within);
    if (!frame) return pass_on(std::move(frame));
    Result<void> answered;
    if (!*frame) {
      ++silent;
      if (heard_ != 0) answered = send(acknowledge(heard_));  // it may not have heard that
    } else if ((*frame)->kind == Frame::Kind::damaged) {
      ++damaged;
      answered = send(refusal(static_cast<Why>((*frame)->why), heard_));
    } else if ((*frame)->kind == Frame::Kind::message) {
      silent = 0;
      if ((*frame)->number == after(heard_)) {
        heard_ = (*frame)->number;
        answered = send(acknowledge(heard_));
        if (answered) return std::move(**frame);
      } else if ((*frame)->number == heard_) {
        answered = send(acknowledge(heard_));  // it did not hear that
      } else {
        ++damaged;
        answered = send(refusal(Why::overrun, heard_));
      }
    } else if ((*frame)->kind == Frame::Kind::start) {
      return fail(ErrorCode::protocol, "{}: the machine began anew where {} was expected",
                  dialogue_.resource(), from);
    }
    if (!answered) return pass_on(std::move(answered));
  }
  if (damaged == attempts)
    return fail(ErrorCode::protocol, "{}: {} came damaged {} times", dialogue_.resource(), from,
                damaged);
  return fail(ErrorCode::timeout, "{}: the machine fell silent: {} did not come",
              dialogue_.resource(), from);
}

Result<void> Session::ask(ByteView question, std::uint8_t kind, const char* what,
                          const char* refused) {
  if (auto told = tell(question, what); !told) return told;
  auto answer = hear(fmt::format("its answer to {}", what));
  if (!answer) return pass_on(std::move(answer));
  const Bytes& content = answer->content;
  if (content.size() < 3 || content[0] != response || content[1] != kind)
    return fail(ErrorCode::protocol, "{}: the machine answers {} with {}", dialogue_.resource(),
                what, quoted(content));
  if (content[2] == accepted) return {};
  refused_ = true;
  return fail(ErrorCode::protocol, "{}: the machine {} (it answers {})", dialogue_.resource(),
              refused, quoted(content));
}

Result<std::string> Session::hear_blocks() {
  std::string text;
  for (int blocks = 1;; ++blocks) {
    auto frame = hear(fmt::format("block {}", blocks));
    if (!frame) return pass_on(std::move(frame));
    const Bytes& content = frame->content;
    if (content.size() < 2 || content[0] != block)
      return fail(ErrorCode::protocol, "{}: the machine says {} where block {} was expected",
                  dialogue_.resource(), quoted(content), blocks);
    text += as_text(ByteView(content).subspan(2));
    if (frame->last) return text;
    if (text.size() > longest_audit)
      return fail(ErrorCode::protocol, "{}: the machine tells more than an audit can be",
                  dialogue_.resource());
  }
}

}  // namespace brewproof::ddcmp
