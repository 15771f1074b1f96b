#include "rig/model/parallel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

namespace brewproof {
namespace {

TEST(InParallel, EachTaskIsDoneOnce) {
  for (const std::size_t steps : {std::size_t{0}, worth_a_thread}) {
    std::vector<int> times(1000);
    in_parallel(times.size(), steps, [&](std::size_t i) { ++times[i]; });
    EXPECT_THAT(times, testing::Each(1));
  }
  in_parallel(0, worth_a_thread, [](std::size_t) { FAIL(); });
}

TEST(InParallel, WhatIsWorthAThreadHasSeveral) {
  if (std::thread::hardware_concurrency() < 2) GTEST_SKIP() << "needs two cores";
  // Each waits for the other: one thread would never get through both.
  std::mutex mutex;
  std::condition_variable met;
  int here = 0;
  in_parallel(2, worth_a_thread, [&](std::size_t) {
    std::unique_lock lock(mutex);
    ++here;
    met.notify_all();
    EXPECT_TRUE(met.wait_for(lock, std::chrono::seconds(60), [&] { return here == 2; }));
  });
}

TEST(InParallel, TheFirstFailureIsTheResultAndTheOthersAreDone) {
  std::vector<int> times(100);
  const auto work = [&] {
    in_parallel(times.size(), worth_a_thread, [&](std::size_t i) {
      ++times[i];
      if (i == 7 || i == 70) throw std::runtime_error(std::to_string(i));
    });
  };
  EXPECT_THAT(work, testing::ThrowsMessage<std::runtime_error>("7"));
  EXPECT_THAT(times, testing::Each(1));
}

}  // namespace
}  // namespace brewproof
