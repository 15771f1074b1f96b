#include "rig/guardian/watch.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "rig/model/stop.h"

namespace brewproof {
namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr milliseconds step{50};
constexpr nanoseconds longest_step = milliseconds(60);
constexpr std::size_t longest_word = 64;

// Takes words off the pipe.
class Ear {
 public:
  explicit Ear(int pipe) : pipe_(pipe) {}

  /// Reads what there is.
  void listen() {
    char bytes[4096];
    for (;;) {
      const ssize_t count = ::read(pipe_, bytes, sizeof bytes);
      if (count > 0) {
        text_.append(bytes, static_cast<std::size_t>(count));
        continue;
      }
      if (count < 0 && errno == EINTR) continue;
      ended_ = count == 0 || errno != EAGAIN;
      return;
    }
  }
  std::optional<std::string> next() {
    const std::size_t end = text_.find('\n');
    if (end == std::string::npos) {
      if (text_.size() > longest_word) text_.clear();  // noise is no beat
      return std::nullopt;
    }
    std::string heard = text_.substr(0, end + 1);
    text_.erase(0, end + 1);
    return heard;
  }
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  int pipe_;
  std::string text_;
  bool ended_ = false;
};

}  // namespace

std::optional<Alarm> wait_for_alarm(int pipe, const Descriptor& controller,
                                    const std::atomic<int>& signals) {
  Ear ear(pipe);
  nanoseconds silence{0};
  auto looked = SteadyClock::now();
  for (;;) {
    pollfd waiting[] = {{pipe, POLLIN, 0}, {controller.number(), POLLIN, 0}};
    const int ready = ::poll(waiting, controller ? 2 : 1, static_cast<int>(step.count()));
    const bool controller_ended = ready > 0 && waiting[1].revents != 0;
    const auto now = SteadyClock::now();
    silence += std::min<nanoseconds>(now - std::exchange(looked, now), longest_step);

    ear.listen();
    while (const auto heard = ear.next()) {
      if (*heard == word::beat) silence = nanoseconds(0);
      if (*heard == word::bye) return std::nullopt;
      if (*heard == word::take_over)
        return Alarm{"the controller could not make it safe", false, true, true};
      if (*heard == word::emergency) return Alarm{"an emergency stop", true};
    }
    if (signals.load() >= stop_in_emergency) return Alarm{"an emergency stop by signal", true};
    if (signals.load() != 0) return Alarm{"the guardian was told to end", false};
    if (ear.ended() || controller_ended) return Alarm{"the controller ended", false, false};
    if (silence >= longest_silence) return Alarm{"the controller's heartbeat stopped", false};
  }
}

}  // namespace brewproof
