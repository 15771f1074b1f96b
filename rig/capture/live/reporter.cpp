#include "rig/capture/live/reporter.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>

namespace brewproof {
namespace {
constexpr std::size_t kManyUnsent = 1u << 20;
}

Reporter::Reporter(int descriptor) : descriptor_(descriptor) {
  // A terminal's or file's open description is shared with others, who expect it to block.
  struct stat status{};
  if (::fstat(descriptor, &status) == 0 && S_ISFIFO(status.st_mode))
    ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

void Reporter::say(const nlohmann::json& report) {
  unsent_ += report.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
  send();
}

void Reporter::clock(const ClockPair& pair) {
  if (unsent_.size() > kManyUnsent) return;
  say({{"type", "clock"}, {"raw_ns", pair.at.raw_ns}, {"real_ns", pair.at.real_ns}});
}
void Reporter::segment(const ClosedSegment& segment) {
  say({{"type", "segment"},
       {"file", segment.file},
       {"sha256", segment.sha256},
       {"packets", segment.packets}});
}
void Reporter::damage(const CaptureDamage& damage) {
  say({{"type", "damage"},
       {"reason", damage.reason},
       {"text", damage.text},
       {"from_real_ns", damage.from_real_ns},
       {"to_real_ns", damage.to_real_ns}});
}
void Reporter::error(const std::string& text) { say({{"type", "error"}, {"text", text}}); }

void Reporter::send() {
  while (!unsent_.empty() && !broken_) {
    const ssize_t count = ::write(descriptor_, unsent_.data(), unsent_.size());
    if (count > 0) {
      unsent_.erase(0, static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      return;
    } else if (errno != EINTR) {
      broken_ = true;
      unsent_.clear();
    }
  }
}

void Reporter::finish() {
  for (int tenth = 0; tenth < 10 && has_unsent() && !broken_; ++tenth) {
    pollfd waiting{descriptor_, POLLOUT, 0};
    ::poll(&waiting, 1, 100);
    send();
  }
}

}  // namespace brewproof
