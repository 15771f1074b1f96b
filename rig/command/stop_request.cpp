#include "rig/command/stop_request.h"

#include <csignal>

namespace brewproof {
namespace {

std::atomic<int> requests{0};
static_assert(std::atomic<int>::is_always_lock_free,
              "a signal handler may touch only lock-free atomics");

void count_request(int) { requests.fetch_add(1, std::memory_order_relaxed); }

}  // namespace

const std::atomic<int>& stop_requests() {
  struct sigaction action{};
  action.sa_handler = count_request;  // without SA_RESTART: a sleep ends early and looks
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaction(number, &action, nullptr);
  return requests;
}

}  // namespace brewproof
