#include "rig/command/stop_request.h"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <mutex>

#include "rig/model/stop.h"

namespace brewproof {
namespace {

std::atomic<int> requests{0};
std::atomic<int> first_signal{0};

std::mutex of_cause;
std::string cause_of_emergency;

static_assert(std::atomic<int>::is_always_lock_free,
              "a signal handler may touch only lock-free atomics");

// A trial may take a minute to end: whoever asked must see that it was heard.
void count_request(int number) {
  constexpr char heard[] =
      "\nwhat has begun ends first, then all stops safely; once more stops now\n";
  if (requests.fetch_add(1, std::memory_order_relaxed) > 0) return;
  first_signal.store(number, std::memory_order_relaxed);
  const int error = errno;
  [[maybe_unused]] const ssize_t shown = write(STDERR_FILENO, heard, sizeof heard - 1);
  errno = error;
}

void emergency(int) { requests.fetch_add(stop_in_emergency, std::memory_order_relaxed); }

}  // namespace

const std::atomic<int>& stop_requests() {
  struct sigaction action{};
  action.sa_handler = count_request;  // without SA_RESTART: a sleep ends early and looks
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaction(number, &action, nullptr);
  action.sa_handler = emergency;
  sigaction(SIGUSR1, &action, nullptr);
  return requests;
}

void request_emergency(const std::string& cause) {
  const std::lock_guard lock(of_cause);
  if (cause_of_emergency.empty()) cause_of_emergency = cause;
  request_stop(stop_in_emergency);
}

std::string emergency_cause() {
  const std::lock_guard lock(of_cause);
  return cause_of_emergency;
}

bool asked_by_sigterm() { return first_signal.load() == SIGTERM; }

void request_stop(int at_least) {
  int now = requests.load();
  while (now < at_least && !requests.compare_exchange_weak(now, at_least)) continue;
}

}  // namespace brewproof
