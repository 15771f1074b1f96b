// A process that was locked in, each a forked one: what it still can do, and what it cannot.

#include "rig/reading/confine.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <functional>

#include "rig/model/bytes.h"
#include "rig/process/descriptor.h"

namespace brewproof {
namespace {

constexpr int not_confined = 99;

/// Runs `work` locked in; its exit code, or minus the signal that ended it.
int confined(const std::function<int()>& work, const Confinement& limits = {}) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto locked = confine(limits);
    ::_exit(locked ? work() : not_confined);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

TEST(Confine, WhatIsOpenIsReadAndWritten) {
  const Descriptor file{::open("/proc/self/exe", O_RDONLY | O_CLOEXEC)};
  ASSERT_TRUE(file);
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const Descriptor from{ends[0]}, to{ends[1]};
  EXPECT_EQ(confined([&] {
              char magic[4];
              const bool read = ::read(file.number(), magic, 4) == 4;
              return read && ::write(to.number(), magic, 4) == 4 ? 0 : 1;
            }),
            0);
  char magic[4];
  EXPECT_EQ(::read(from.number(), magic, 4), 4);
  EXPECT_EQ(std::string(magic, 4),
            "\x7f"
            "ELF");
}

TEST(Confine, MemoryIsTakenAndGivenBack) {
  EXPECT_EQ(confined([] {
              std::vector<Bytes> pieces;
              for (int i = 0; i < 64; ++i) pieces.emplace_back(std::size_t{1} << (i % 22), 1);
              return pieces.back().back() - 1;
            }),
            0);
}

TEST(Confine, NoSocketIsMade) {
  EXPECT_EQ(confined([] { return ::socket(AF_INET, SOCK_STREAM, 0) < 0 ? errno : 0; }), EACCES);
  EXPECT_EQ(confined([] { return ::socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? errno : 0; }), EACCES);
}

TEST(Confine, NoFileIsOpened) {
  EXPECT_EQ(confined([] { return ::open("/etc/hostname", O_RDONLY) < 0 ? errno : 0; }), EACCES);
  EXPECT_EQ(confined([] { return ::open("/tmp/x", O_WRONLY | O_CREAT, 0600) < 0 ? errno : 0; }),
            EACCES);
}

TEST(Confine, NoProgramIsExecuted) {
  EXPECT_EQ(confined([] { return ::execl("/bin/true", "true", nullptr); }), -SIGSYS);
}

TEST(Confine, NoProcessIsStarted) {
  EXPECT_EQ(confined([] { return ::fork() == 0 ? 1 : 2; }), -SIGSYS);
}

TEST(Confine, NoOtherProcessIsSignalled) {
  const pid_t me = ::getpid();
  EXPECT_EQ(confined([me] { return ::kill(me, SIGUSR2); }), -SIGSYS);
}

TEST(Confine, NothingBecomesExecutable) {
  EXPECT_EQ(confined([] {
              void* const page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
              return page == MAP_FAILED ? 1 : 0;
            }),
            -SIGSYS);
}

TEST(Confine, ItCannotBeUndone) {
  EXPECT_EQ(confined([] { return confine({}) ? 0 : 1; }), -SIGSYS);
}

TEST(Confine, CpuTimeHasAnEnd) {
  Confinement limits;
  limits.cpu = std::chrono::seconds(1);
  EXPECT_THAT(confined(
                  [] {
                    for (volatile bool on = true; on;) continue;
                    return 0;
                  },
                  limits),
              ::testing::AnyOf(-SIGXCPU, -SIGKILL));
}

TEST(Confine, MemoryHasAnEnd) {
#ifdef BREWPROOF_SANITIZED
  GTEST_SKIP() << "AddressSanitizer's own memory passes every limit";
#endif
  EXPECT_EQ(confined([] {
              void* const much = ::mmap(nullptr, std::size_t{2} << 30, PROT_READ | PROT_WRITE,
                                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
              return much == MAP_FAILED ? errno : 0;
            }),
            ENOMEM);
}

}  // namespace
}  // namespace brewproof
