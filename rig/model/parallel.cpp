#include "rig/model/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace brewproof {
namespace {

/// On a thread whose task is one of many: the other cores have theirs.
thread_local bool within_a_task = false;

std::size_t threads_for(std::size_t count, std::size_t steps) {
  if (steps < worth_a_thread || within_a_task) return 1;
  return std::min<std::size_t>(count, std::thread::hardware_concurrency());
}

}  // namespace

void in_parallel(std::size_t count, std::size_t steps,
                 const std::function<void(std::size_t)>& task) {
  std::atomic<std::size_t> next = 0;
  std::vector<std::exception_ptr> failures(count);
  const std::size_t threads = threads_for(count, steps);
  const auto work = [&] {
    const bool before = std::exchange(within_a_task, within_a_task || threads > 1);
    for (std::size_t i = next++; i < count; i = next++) {
      try {
        task(i);
      } catch (...) {
        failures[i] = std::current_exception();
      }
    }
    within_a_task = before;
  };
  {
    std::vector<std::jthread> others;
    try {
      for (std::size_t c = 1; c < threads; ++c) others.emplace_back(work);
    } catch (const std::system_error&) {  // no more threads to be had: those there are do it all
    }
    work();
  }
  for (const std::exception_ptr& failure : failures)
    if (failure != nullptr) std::rethrow_exception(failure);
}

}  // namespace brewproof
