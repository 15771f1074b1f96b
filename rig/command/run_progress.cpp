#include "rig/command/run_progress.h"

#include <fmt/core.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>

#include "rig/process/signals_held.h"
#include "rig/yaml/quote.h"

namespace brewproof {
namespace {

constexpr std::chrono::milliseconds look_every{200};

// What was asked for by key, else what can be asked for; and that as short as it may get.
std::string keys_text(const Progress& progress, bool as_short) {
  if (progress.stop > 1) return "stopping now";
  if (progress.stop == 1) return "stopping after this trial (q: now)";
  if (progress.phase == Progress::Phase::service)
    return progress.what.empty() ? "" : "(Enter: it is done, s: stop)";
  if (progress.phase == Progress::Phase::pause) return "(c: continue, s: stop)";
  if (progress.phase == Progress::Phase::ask) return "";  // its own keys stand in what is asked
  if (progress.pause) return "pausing after this trial (c: do not)";
  return as_short ? "(p, s, q, !)"
                  : "(p: pause, s: stop after this trial, q: stop now, !: emergency)";
}

std::string head_text(const Progress& progress, bool as_short) {
  switch (progress.phase) {
    case Progress::Phase::idle:
      return "listening to the idle machine" +
             (progress.left_ns > 0 ? "  " + duration_text(progress.left_ns) + " left" : "");
    case Progress::Phase::pause:
      return fmt::format("paused after {} of {} trials", progress.done, progress.total);
    case Progress::Phase::service:
      return progress.what.empty() ? "stop for service: the machine is brought to rest"
                                   : "stop for service, please " + yaml::printable(progress.what);
    case Progress::Phase::ask:
      return fmt::format("trial {}/{}, please {}", progress.done + 1, progress.total,
                         yaml::printable(progress.what));
    case Progress::Phase::listen:
      return "listening after the last trial";
    case Progress::Phase::trial:
      break;
  }
  // The lot itself is not shown: whoever watches the machine must not know it either.
  std::string head = fmt::format("trial {}/{}", progress.done + 1, progress.total);
  if (!as_short)
    head = fmt::format("block {}/{}  {}  cups {}  payments {}", progress.block, progress.blocks,
                       head, progress.cups, progress.payments);
  if (progress.left_ns > 0) head += "  " + duration_text(progress.left_ns) + " left";
  return head;
}

}  // namespace

RunProgress::RunProgress(std::FILE* out, bool keys)
    : out_(out), terminal_(isatty(fileno(out)) == 1), keys_(keys) {}

RunProgress::~RunProgress() {
  if (looks_.joinable()) {
    looks_.request_stop();
    looks_.join();
  }
  clear();
}

void RunProgress::clear() {
  const std::scoped_lock lock(mutex_);
  if (dirty_) fmt::print(out_, "\r\x1b[K");
  dirty_ = false;
  std::fflush(out_);
}

void RunProgress::show(const Progress& progress) {
  const std::scoped_lock lock(mutex_);
  progress_ = progress;
  if (terminal_) {
    rewrite(line());
  } else if (progress.phase != Progress::Phase::trial || progress.block != block_) {
    fmt::print(out_, "{}\n", line());
    std::fflush(out_);
  }
  block_ = progress.block;
}

void RunProgress::listens() {
  const std::scoped_lock lock(mutex_);
  heard_.begin(Heard::Clock::now());
  if (!terminal_ || looks_.joinable()) return;
  const SignalsHeld held;
  looks_ = std::jthread([this](const std::stop_token& end) { look(end); });
}

void RunProgress::heard(const Message& message) {
  const std::scoped_lock lock(mutex_);
  heard_.message(message, Heard::Clock::now());
}

void RunProgress::seen(std::uint64_t packets_of_the_machine) {
  const std::scoped_lock lock(mutex_);
  heard_.packets(packets_of_the_machine);
}

void RunProgress::note(const std::string& text) {
  const std::scoped_lock lock(mutex_);
  fmt::print(out_, "{}{}\n", dirty_ ? "\r\x1b[K" : "", text);
  if (dirty_) rewrite(shown_);
  std::fflush(out_);
}

std::string RunProgress::line() const {
  const auto now = Heard::Clock::now();
  LineParts parts{head_text(progress_, false),
                  head_text(progress_, true),
                  heard_.text(now),
                  heard_.short_text(now),
                  "",
                  ""};
  if (keys_) {
    parts.keys = keys_text(progress_, false);
    parts.keys_short = keys_text(progress_, true);
  }
  return fitting_line(parts, columns());
}

// A line that wraps could not be rewritten; 0: of any length.
std::size_t RunProgress::columns() const {
  winsize size{};
  if (!terminal_ || ::ioctl(fileno(out_), TIOCGWINSZ, &size) != 0 || size.ws_col < 2) return 0;
  return size.ws_col - 1u;
}

void RunProgress::rewrite(const std::string& line) {
  fmt::print(out_, "\r\x1b[K{}", line);
  std::fflush(out_);
  shown_ = line;
  dirty_ = true;
}

void RunProgress::look(const std::stop_token& end) {
  std::unique_lock lock(mutex_);
  while (!end.stop_requested()) {
    ended_.wait_for(lock, end, look_every, [] { return false; });
    if (!dirty_) continue;
    std::string now = line();
    pollfd terminal{fileno(out_), POLLOUT, 0};
    if (now != shown_ && ::poll(&terminal, 1, 0) == 1) rewrite(now);
  }
}

std::string duration_text(std::int64_t ns) {
  const std::int64_t seconds = (ns + 999'999'999) / 1'000'000'000;
  if (seconds >= 3600) return fmt::format("{} h {:02} min", seconds / 3600, seconds / 60 % 60);
  return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
}

}  // namespace brewproof
