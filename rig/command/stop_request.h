// Ctrl-C: once = end the trial, stop safely and keep everything; twice = stop now. SIGTERM counts
// as one of each. Handlers only count; whoever waits looks at the counter.
#pragma once

#include <atomic>

namespace brewproof {

/// Installs the handlers for SIGINT, SIGTERM and SIGHUP and returns the counter they raise.
const std::atomic<int>& stop_requests();

}  // namespace brewproof
