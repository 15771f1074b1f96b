#include "drivers/dex/session.h"

#include <algorithm>
#include <utility>

#include "drivers/quoted.h"

namespace brewproof::dex {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

// EVA-DTS 6.1.1, 2.4: an answer comes after 10 ms and within a second (timer A), the bytes of a
// frame 100 ms apart at most (timer B; adapters deliver in bursts), an enquiry is repeated after
// two seconds (timer D).
constexpr milliseconds answer_after{12};
constexpr milliseconds answer_within{1000};
constexpr milliseconds gap_within_frame{250};
constexpr milliseconds enquiry_after{2100};
constexpr milliseconds turn_within{5000};  // of the machine, which prepares its data meanwhile
constexpr int attempts = 5;
constexpr std::size_t longest_audit = 1u << 20;
constexpr std::size_t id_length = 10, revision_length = 6;

std::string meaning_of(std::string_view code) {
  if (code == "01")
    return "it does not know the communication id: give the one that it expects as `id`";
  if (code == "02") return "it does not speak this revision: give its own as `revision`";
  if (code == "03") return "what is asked for and what it wants to do do not agree";
  if (code == "04") return "it has no data";
  if (code == "05") return "it has an error";
  if (code == "90") return "a special answer of its maker's";
  return "which the standard does not name";
}

}  // namespace

Result<std::string> Session::read() {
  auto ours = take_line();
  if (!ours) return pass_on(std::move(ours));
  auto introduced = *ours ? introduce() : be_introduced();
  if (!introduced) return pass_on(std::move(introduced));
  return hear_data();
}

Result<std::optional<Frame>> Session::next(milliseconds within) {
  const Deadline until = std::min(until_, SteadyClock::now() + within);
  while (true) {
    if (auto frame = reader_.next()) return frame;
    const Deadline wait = reader_.within_frame() ? SteadyClock::now() + gap_within_frame : until;
    auto bytes = dialogue_.receive(wait);
    if (!bytes) return pass_on(std::move(bytes));
    if (!bytes->empty()) {
      reader_.feed(*bytes);
    } else if (reader_.within_frame()) {
      reader_.break_off();
    } else if (SteadyClock::now() >= until) {
      return std::nullopt;
    }
  }
}

Result<void> Session::send(ByteView bytes) {
  if (auto paused = dialogue_.pause_until(dialogue_.last_activity() + answer_after); !paused)
    return paused;
  return dialogue_.send(bytes);
}

Result<bool> Session::take_line() {
  bool asked_before = false;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    const Deadline asked = SteadyClock::now();
    if (auto sent = send(enquiry()); !sent) return pass_on(std::move(sent));
    while (true) {
      auto frame = next(answer_within);
      if (!frame) return pass_on(std::move(frame));
      if (!*frame) break;
      if ((*frame)->kind == Frame::Kind::acknowledge && (*frame)->number == 0) return true;
      if ((*frame)->kind == Frame::Kind::enquiry) {
        // Both want to begin: it may give way once, then we do.
        if (std::exchange(asked_before, true)) {
          if (auto sent = send(acknowledge(0)); !sent) return pass_on(std::move(sent));
          return false;
        }
        break;
      }
      if ((*frame)->kind == Frame::Kind::wait) break;
    }
    if (SteadyClock::now() >= until_) break;
    if (asked_before) continue;
    if (auto paused = dialogue_.pause_until(std::min(until_, asked + enquiry_after)); !paused)
      return pass_on(std::move(paused));
  }
  return fail(ErrorCode::timeout,
              "{}: the machine does not answer at its audit port: is it switched on, is DEX/UCS "
              "chosen in its menu, and are the plug's two lines the right way round?",
              dialogue_.resource());
}

Result<void> Session::tell(ByteView frame, int acknowledged, const char* what) {
  for (int attempt = 0; attempt < attempts && SteadyClock::now() < until_; ++attempt) {
    if (auto sent = send(frame); !sent) return sent;
    while (true) {
      auto answer = next(answer_within);
      if (!answer) return pass_on(std::move(answer));
      if (!*answer || (*answer)->kind == Frame::Kind::refusal) break;
      if ((*answer)->kind == Frame::Kind::acknowledge && (*answer)->number == acknowledged)
        return {};
    }
  }
  return fail(ErrorCode::timeout, "{}: the machine did not take {}, told {} times",
              dialogue_.resource(), what, attempts);
}

Result<void> Session::give_line(const char* for_what) {
  const Deadline until = std::min(until_, SteadyClock::now() + turn_within);
  while (SteadyClock::now() < until) {
    auto frame = next(turn_within);
    if (!frame) return pass_on(std::move(frame));
    if (*frame && (*frame)->kind == Frame::Kind::enquiry) return send(acknowledge(0));
  }
  return fail(ErrorCode::timeout, "{}: the machine did not go on to {} within {} s",
              dialogue_.resource(), for_what,
              std::chrono::duration_cast<std::chrono::seconds>(turn_within).count());
}

Result<std::string> Session::hear_handshake() {
  for (int attempt = 0; attempt < attempts; ++attempt) {
    auto frame = next(answer_within);
    if (!frame) return pass_on(std::move(frame));
    if (!*frame) break;
    Result<void> answered;
    if ((*frame)->kind == Frame::Kind::handshake) {
      answered = send(acknowledge(1));
      if (answered) return std::move((*frame)->content);
    } else if ((*frame)->kind == Frame::Kind::damaged) {
      answered = send(refusal());
    } else if ((*frame)->kind == Frame::Kind::enquiry) {
      answered = send(acknowledge(0));  // it did not hear that it may speak
    }
    if (!answered) return pass_on(std::move(answered));
  }
  return fail(ErrorCode::timeout, "{}: the machine's handshake did not come whole",
              dialogue_.resource());
}

Result<void> Session::hear_end(const char* of_what) {
  auto frame = next(answer_within);
  if (!frame) return pass_on(std::move(frame));
  if (*frame && (*frame)->kind == Frame::Kind::end) return {};
  return fail(ErrorCode::timeout, "{}: the machine did not end {}", dialogue_.resource(), of_what);
}

Result<void> Session::introduce() {
  const std::string ours = identity_.id + "R" + identity_.revision;  // R: we read
  if (auto told = tell(handshake(ours), 1, "our handshake"); !told) return told;
  if (auto ended = send(end()); !ended) return ended;
  if (auto given = give_line("its handshake"); !given) return given;
  auto heard = hear_handshake();
  if (!heard) return pass_on(std::move(heard));
  if (heard->size() < 2 + id_length)
    return fail(ErrorCode::protocol, "{}: the machine's handshake {} is too short",
                dialogue_.resource(), quoted(as_bytes(*heard)));
  machine_ = heard->substr(2, id_length);
  if (auto ended = hear_end("its handshake"); !ended) return ended;
  const std::string code = heard->substr(0, 2);
  if (code == "00") return {};
  return fail(ErrorCode::protocol, "{}: the machine {} refuses with code {}: {}",
              dialogue_.resource(), quoted(as_bytes(machine_)), quoted(as_bytes(code)),
              meaning_of(code));
}

Result<void> Session::be_introduced() {
  auto heard = hear_handshake();
  if (!heard) return pass_on(std::move(heard));
  if (heard->size() != id_length + 1 + revision_length)
    return fail(ErrorCode::protocol, "{}: the machine's handshake {} is none", dialogue_.resource(),
                quoted(as_bytes(*heard)));
  machine_ = heard->substr(0, id_length);
  const bool sends = (*heard)[id_length] == 'S';
  if (auto ended = hear_end("its handshake"); !ended) return ended;
  auto ours = take_line();
  if (!ours) return pass_on(std::move(ours));
  const std::string answer = (sends ? "00" : "03") + identity_.id + heard->substr(id_length + 1);
  if (auto told = tell(handshake(answer), 1, "our handshake"); !told) return told;
  if (auto ended = send(end()); !ended) return ended;
  if (sends) return {};
  return fail(ErrorCode::protocol,
              "{}: the machine {} wants to be told something, and has not offered its books",
              dialogue_.resource(), quoted(as_bytes(machine_)));
}

Result<std::string> Session::hear_data() {
  if (auto given = give_line("its data"); !given) return pass_on(std::move(given));
  std::string text;
  int blocks = 0, acknowledged = 0, damaged = 0;
  bool all = false;
  while (true) {
    auto frame = next(turn_within);
    if (!frame) return pass_on(std::move(frame));
    if (!*frame) break;
    Result<void> answered;
    switch ((*frame)->kind) {
      case Frame::Kind::block:
        if (all || text.size() + (*frame)->content.size() > longest_audit)
          return fail(ErrorCode::protocol, "{}: the machine tells more than an audit can be",
                      dialogue_.resource());
        text += (*frame)->content;
        ++blocks;
        damaged = 0;
        all = (*frame)->last;
        acknowledged = 1 - acknowledged;
        answered = send(acknowledge(acknowledged));
        break;
      case Frame::Kind::damaged:
        if (++damaged > attempts)
          return fail(ErrorCode::protocol, "{}: block {} came damaged {} times",
                      dialogue_.resource(), blocks + 1, damaged);
        answered = send(refusal());
        break;
      case Frame::Kind::enquiry:  // it did not hear our last answer
        answered = send(acknowledge(acknowledged));
        break;
      case Frame::Kind::end:
        if (all) return text;
        return fail(ErrorCode::protocol,
                    "{}: the machine ended after {} blocks, before the last one",
                    dialogue_.resource(), blocks);
      default:
        break;
    }
    if (!answered) return pass_on(std::move(answered));
  }
  // The end of the line is a courtesy: all was told, and checked.
  if (all) return text;
  return fail(ErrorCode::timeout, "{}: the machine fell silent after {} blocks",
              dialogue_.resource(), blocks);
}

}  // namespace brewproof::dex
