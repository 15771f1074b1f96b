#include "rig/model/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <system_error>
#include <thread>
#include <vector>

namespace brewproof {
void in_parallel(std::size_t count, std::size_t steps,
                 const std::function<void(std::size_t)>& task) {
  std::atomic<std::size_t> next = 0;
  std::vector<std::exception_ptr> failures(count);
  const auto work = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      try {
        task(i);
      } catch (...) {
        failures[i] = std::current_exception();
      }
    }
  };
  const std::size_t cores = steps < worth_a_thread ? 1 : std::thread::hardware_concurrency();
  {
    std::vector<std::jthread> others;
    try {
      for (std::size_t c = 1; c < std::min(cores, count); ++c) others.emplace_back(work);
    } catch (const std::system_error&) {  // no more threads to be had: those there are do it all
    }
    work();
  }
  for (const std::exception_ptr& failure : failures)
    if (failure != nullptr) std::rethrow_exception(failure);
}

}  // namespace brewproof
