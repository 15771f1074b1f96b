// Ctrl-C: once = end the trial, stop safely and keep everything; twice = stop now. SIGTERM counts
// as one of each. The emergency stop cuts every output at once: SIGUSR1, the key !, or an input
// line. Handlers only count; whoever waits looks at the counter (rig/model/stop.h).
#pragma once

#include <atomic>
#include <string>

namespace brewproof {

/// Installs the handlers for SIGINT, SIGTERM, SIGHUP and SIGUSR1 and returns the counter they
/// raise.
const std::atomic<int>& stop_requests();

/// As if that many signals had come in all: 1 = stop after this trial, 2 = stop now.
void request_stop(int at_least);

/// The emergency stop by another way than its signal. The first cause is kept; any thread.
void request_emergency(const std::string& cause);
/// "" where there was none, or where it was the signal.
[[nodiscard]] std::string emergency_cause();

/// SIGTERM was the first that asked.
[[nodiscard]] bool asked_by_sigterm();

}  // namespace brewproof
