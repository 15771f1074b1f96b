#include "rig/command/run_progress.h"

#include <fmt/core.h>
#include <unistd.h>

#include "rig/yaml/quote.h"

namespace brewproof {

namespace {

// What was asked for by key, else what can be asked for.
std::string keys_text(const Progress& progress) {
  if (progress.stop > 1) return "  stopping now";
  if (progress.stop == 1) return "  stopping after this trial (q: now)";
  if (progress.phase == Progress::Phase::service)
    return progress.what.empty() ? "" : "  (Enter: it is done, s: stop)";
  if (progress.phase == Progress::Phase::pause) return "  (c: continue, s: stop)";
  if (progress.pause) return "  pausing after this trial (c: do not)";
  return "  (p: pause, s: stop after this trial, q: stop now, !: emergency)";
}

}  // namespace

RunProgress::RunProgress(std::FILE* out, bool keys)
    : out_(out), terminal_(isatty(fileno(out)) == 1), keys_(keys) {}

RunProgress::~RunProgress() { clear(); }

void RunProgress::clear() {
  if (dirty_) fmt::print(out_, "\r\x1b[K");
  dirty_ = false;
  std::fflush(out_);
}

void RunProgress::show(const Progress& progress) {
  std::string line;
  switch (progress.phase) {
    case Progress::Phase::idle:
      line = "listening to the idle machine";
      break;
    case Progress::Phase::pause:
      line = fmt::format("paused after {} of {} trials", progress.done, progress.total);
      break;
    case Progress::Phase::service:
      line = progress.what.empty() ? "stop for service: the machine is brought to rest"
                                   : "stop for service, please " + yaml::printable(progress.what);
      break;
    case Progress::Phase::listen:
      line = "listening after the last trial";
      break;
    case Progress::Phase::trial: {
      line = fmt::format("block {}/{}  trial {}/{}  cups {}  payments {}", progress.block,
                         progress.blocks, progress.done + 1, progress.total, progress.cups,
                         progress.payments);
      if (progress.left_ns > 0) line += "  " + duration_text(progress.left_ns) + " left";
      // The lot itself is not shown: whoever watches the machine must not know it either.
      break;
    }
  }
  if (keys_) line += keys_text(progress);
  if (terminal_) {
    fmt::print(out_, "\r\x1b[K{}", line);
    std::fflush(out_);
    dirty_ = true;
  } else if (progress.phase != Progress::Phase::trial || progress.block != block_) {
    fmt::print(out_, "{}\n", line);
    std::fflush(out_);
  }
  block_ = progress.block;
}

std::string duration_text(std::int64_t ns) {
  const std::int64_t seconds = (ns + 999'999'999) / 1'000'000'000;
  if (seconds >= 3600) return fmt::format("{} h {:02} min", seconds / 3600, seconds / 60 % 60);
  return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
}

}  // namespace brewproof
