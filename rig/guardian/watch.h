// What the guardian waits for: the pipe from the controller, and signals. Bytes on the pipe are
// words, a line each.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>

#include "rig/process/descriptor.h"

namespace brewproof {

namespace word {
inline constexpr const char* ready = "ready";            // from the guardian: outputs may move
inline constexpr const char* beat = "beat\n";            // the controller lives and gets on
inline constexpr const char* bye = "bye\n";              // everything is safe: leave
inline constexpr const char* take_over = "take over\n";  // the controller cannot make it safe
inline constexpr const char* emergency = "emergency\n";  // cut at once
}  // namespace word

constexpr std::chrono::milliseconds beat_interval{100};
/// Silence that is an alarm. Well under the promised 500 ms, and four beats long, so that a busy
/// machine raises none.
constexpr std::chrono::milliseconds longest_silence{400};

/// Why the guardian acts.
struct Alarm {
  std::string why;
  bool emergency = false;        // cut at once, else the stop order
  bool controller_lives = true;  // it is killed first, unless it has let go of the devices itself
  bool let_go = false;
};

/// Waits until there is a reason to act; nullopt: dismissed. `pipe` does not block; `controller` is
/// its pidfd, or none. `signals` counts SIGTERM as 1 and SIGUSR1 as stop_in_emergency.
///
/// Silence is counted in steps of which each is at most 60 ms: where the whole machine stood still
/// (a suspended laptop, a paused virtual machine), the controller gets its time too.
[[nodiscard]] std::optional<Alarm> wait_for_alarm(int pipe, const Descriptor& controller,
                                                  const std::atomic<int>& signals);

}  // namespace brewproof
