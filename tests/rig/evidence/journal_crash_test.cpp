// The journal against kill -9 and against a disk that is really full.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "rig/evidence/journal.h"
#include "tests/rig/evidence/temporary_folder.h"

namespace brewproof {
namespace {

// Appends for ever; tells each line's number on the pipe once it was acknowledged.
[[noreturn]] void append_and_acknowledge(const std::string& path, int pipe) {
  SystemClock clock;
  auto journal = Journal::create(path, clock);
  for (std::uint32_t line = 1; journal; ++line) {
    if (!journal->append("intent", {{"trial", line}}, Journal::Sync::yes)) break;
    if (write(pipe, &line, sizeof line) != sizeof line) break;
  }
  _exit(1);
}

// Reads up to `count` of those numbers and returns the last, 0 where none comes.
std::uint32_t last_number(int pipe, std::uint32_t count = ~0U) {
  std::uint32_t last = 0, number = 0;
  while (count-- > 0 && read(pipe, &number, sizeof number) == sizeof number) last = number;
  return last;
}

TEST(JournalCrash, EveryAcknowledgedLineSurvivesKill9) {
  constexpr int points = 100;
  std::mt19937 random(7);
  std::uint64_t acknowledged = 0;
  for (int point = 0; point < points; ++point) {
    const TemporaryFolder folder;
    const std::string path = folder.file("journal.jsonl");
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) append_and_acknowledge(path, ends[1]);
    close(ends[1]);
    // In the first lines, and at any moment of the next: the machine may be slow.
    const std::uint32_t before = last_number(ends[0], random() % 4);
    usleep(random() % 3'000);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    const std::uint32_t last = std::max(before, last_number(ends[0]));
    close(ends[0]);
    acknowledged += last;
    if (last == 0) continue;
    const auto check = read_journal(path);
    ASSERT_TRUE(check);
    EXPECT_GE(check->records.size(), last) << check->fault;
    EXPECT_FALSE(check->closed);
  }
  EXPECT_GT(acknowledged, 0u);
  RecordProperty("acknowledged", std::to_string(acknowledged));
}

bool put_text(const char* path, const std::string& text) {
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  const bool written = write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  close(fd);
  return written;
}

// A tmpfs of its own on `path`, seen by this process alone.
bool mount_small_disk(const std::string& path) {
  const uid_t uid = getuid();
  const gid_t gid = getgid();
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  return put_text("/proc/self/setgroups", "deny") &&
         put_text("/proc/self/uid_map", "0 " + std::to_string(uid) + " 1") &&
         put_text("/proc/self/gid_map", "0 " + std::to_string(gid) + " 1") &&
         mount("none", path.c_str(), "tmpfs", 0, "size=256k") == 0;
}

constexpr int no_namespace = 77;

// Fills the disk, then goes on with the run. Ends with 0 where all held, else the step's number.
int run_on_full_disk(const std::string& folder) {
  if (!mount_small_disk(folder)) return no_namespace;
  SystemClock clock;
  auto journal = Journal::create(folder + "/journal.jsonl", clock);
  if (!journal) return 1;
  if (!journal->append("intent", {{"trial", 1}}, Journal::Sync::yes)) return 2;
  const int filler = open((folder + "/filler").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const std::string page(4096, 'x');
  while (write(filler, page.data(), page.size()) > 0) {
  }
  // The page that the journal has begun still takes some lines.
  bool refused = false;
  for (int trial = 2; trial < 100 && !refused; ++trial)
    refused = !journal->append("intent", {{"trial", trial}}, Journal::Sync::yes);
  if (!refused) return 3;
  const std::string long_text(8000, 'y');
  if (!journal->append("outcome", {{"trial", 1}, {"steps", long_text}}, Journal::Sync::yes))
    return 4;
  // Another writer on the same disk does not get the room that the journal took.
  while (write(filler, page.data(), page.size()) > 0) {
  }
  if (!journal->append("stop", {{"reason", long_text}}, Journal::Sync::yes)) return 5;
  if (!journal->append("end", {{"outcome", "rig_fault"}}, Journal::Sync::yes)) return 6;
  if (journal->append("intent", {{"trial", 100}}, Journal::Sync::yes)) return 7;
  const auto check = read_journal(folder + "/journal.jsonl");
  return check && check->fault.empty() && check->closed ? 0 : 8;
}

TEST(JournalCrash, OnAFullDiskTheEndIsLoggedFromTheReserve) {
  const TemporaryFolder folder;
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) _exit(run_on_full_disk(folder.path()));
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == no_namespace)
    GTEST_SKIP() << "no user namespace with a tmpfs of its own here";
  EXPECT_EQ(WEXITSTATUS(status), 0) << "failed at this step of run_on_full_disk";
}

TEST(JournalCrash, ADiskWithoutRoomForTheReserveIsSaidAtTheStart) {
  const TemporaryFolder folder;
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    if (!mount_small_disk(folder.path())) _exit(no_namespace);
    const int filler = open(folder.file("filler").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (posix_fallocate(filler, 0, 220 << 10) != 0) _exit(1);
    SystemClock clock;
    const auto journal = Journal::create(folder.file("journal.jsonl"), clock);
    if (journal) _exit(2);
    _exit(std::filesystem::exists(folder.file("journal.jsonl")) ? 3 : 0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == no_namespace)
    GTEST_SKIP() << "no user namespace with a tmpfs of its own here";
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace brewproof
