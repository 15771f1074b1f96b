#include "rig/guardian/bench_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "tests/rig/evidence/temporary_folder.h"

namespace brewproof {
namespace {

using ::testing::HasSubstr;

class BenchLockTest : public ::testing::Test {
 protected:
  BenchLockTest() { put_file(bench, "brewproof: bench/1\n"); }
  TemporaryFolder folder;
  const std::string bench = folder.file("kiosk.bench.yaml");
};

TEST_F(BenchLockTest, TheSecondIsToldWhoHasTheBenchAndSinceWhen) {
  const auto first = BenchLock::take(bench, "brewproof run");
  ASSERT_TRUE(first) << first.error().message;
  const auto second = BenchLock::take(bench, "brewproof act latte");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::host);
  EXPECT_THAT(second.error().message, HasSubstr("kiosk.bench.yaml: this bench is in use since 20"));
  EXPECT_THAT(second.error().message,
              HasSubstr(fmt::format(" UTC: brewproof run (process {}, user ", getpid())));
  EXPECT_THAT(second.error().message, HasSubstr("kill -USR1"));
}

TEST_F(BenchLockTest, ALinkToABenchFileIsThatBench) {
  const auto first = BenchLock::take(bench, "brewproof run");
  ASSERT_TRUE(first);
  std::filesystem::create_symlink(bench, folder.file("link.yaml"));
  EXPECT_FALSE(BenchLock::take(folder.file("link.yaml"), "brewproof act"));
  std::filesystem::copy_file(bench, folder.file("another.yaml"));
  EXPECT_TRUE(BenchLock::take(folder.file("another.yaml"), "brewproof act"));
}

TEST_F(BenchLockTest, WhatWasLeftBehindLocksNothing) {
  {
    ASSERT_TRUE(BenchLock::take(bench, "brewproof run, long ago"));
  }
  EXPECT_TRUE(BenchLock::take(bench, "brewproof safe"));
}

TEST_F(BenchLockTest, WhoeverInheritedItHoldsOn) {
  auto first = BenchLock::take(bench, "brewproof run");
  ASSERT_TRUE(first);
  {
    const auto guardian = BenchLock::inherited(::dup(first->descriptor()));
    first = BenchLock::inherited(-1);  // the controller is killed
    guardian.tell_making_safe();
    const auto next = BenchLock::take(bench, "brewproof run", std::chrono::milliseconds(30));
    ASSERT_FALSE(next);
    EXPECT_THAT(next.error().message,
                HasSubstr(" UTC: the guardian, which is making it safe (process "));
  }
  EXPECT_TRUE(BenchLock::take(bench, "brewproof run"));
}

TEST_F(BenchLockTest, AGuardianThatMakesItSafeIsWaitedFor) {
  auto first = BenchLock::take(bench, "brewproof run");
  ASSERT_TRUE(first);
  first->tell_making_safe();
  std::thread guardian([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    first = BenchLock::inherited(-1);
  });
  const auto next = BenchLock::take(bench, "brewproof run", std::chrono::seconds(60));
  EXPECT_TRUE(next) << next.error().message;
  guardian.join();
}

TEST_F(BenchLockTest, WhatOthersWroteIntoItIsShownAsPlainText) {
  const auto first = BenchLock::take(bench, "brewproof \x1b[31mrun");
  ASSERT_TRUE(first);
  const auto second = BenchLock::take(bench, "brewproof act");
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("brewproof ?[31mrun"));
}

}  // namespace
}  // namespace brewproof
