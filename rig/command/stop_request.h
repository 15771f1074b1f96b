// Ctrl-C: once = end the trial, stop safely and keep everything; twice = stop now. SIGTERM counts
// as one of each. SIGUSR1 is the emergency stop: every output is cut at once. Handlers only count;
// whoever waits looks at the counter (rig/model/stop.h).
#pragma once

#include <atomic>

namespace brewproof {

/// Installs the handlers for SIGINT, SIGTERM, SIGHUP and SIGUSR1 and returns the counter they
/// raise.
const std::atomic<int>& stop_requests();

/// As if that many signals had come in all: 1 = stop after this trial, 2 = stop now.
void request_stop(int at_least);

}  // namespace brewproof
