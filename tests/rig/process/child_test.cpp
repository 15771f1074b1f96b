#include "rig/process/child.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "rig/process/descriptor.h"

namespace brewproof {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

ChildSettings shell(const std::string& script) {
  ChildSettings settings;
  settings.program = "sh";
  settings.arguments = {"-c", script};
  settings.pipe_stdin = settings.pipe_stdout = settings.pipe_stderr = true;
  return settings;
}

Child started(const ChildSettings& settings) {
  auto child = Child::start(settings);
  if (!child) throw std::runtime_error(child.error().message);
  return std::move(*child);
}

TEST(Child, GivesBothOutputsAndTheExitStatus) {
  const auto output = started(shell("echo out; echo err >&2; exit 3")).finish(5s);
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(output->out, "out\n");
  EXPECT_EQ(output->err, "err\n");
  EXPECT_EQ(output->exit.code, 3);
  EXPECT_EQ(output->exit.signal, 0);
  EXPECT_FALSE(output->exit.ok());
}

TEST(Child, NamesTheSignalThatEndedIt) {
  const auto output = started(shell("kill -SEGV $$")).finish(5s);
  ASSERT_TRUE(output);
  EXPECT_EQ(output->exit.code, 0);
  EXPECT_EQ(output->exit.signal, SIGSEGV);
}

TEST(Child, MissingProgramIsAHostErrorThatNamesIt) {
  ChildSettings settings;
  settings.program = "no-such-program-anywhere";
  const auto by_name = Child::start(settings);
  ASSERT_FALSE(by_name);
  EXPECT_EQ(by_name.error().code, ErrorCode::host);
  EXPECT_THAT(by_name.error().message, HasSubstr("no-such-program-anywhere"));
  settings.program = "/nowhere/at/all";
  const auto by_path = Child::start(settings);
  ASSERT_FALSE(by_path);
  EXPECT_EQ(by_path.error().code, ErrorCode::host);
  EXPECT_THAT(by_path.error().message, HasSubstr("No such file"));
}

TEST(Child, FileThatMayNotBeExecutedIsAHostError) {
  ChildSettings settings;
  settings.program = "/etc/passwd";
  const auto child = Child::start(settings);
  ASSERT_FALSE(child);
  EXPECT_THAT(child.error().message, HasSubstr("Permission denied"));
}

TEST(Child, FailedStartLeavesNoZombie) {
  ChildSettings settings;
  settings.program = "/nowhere/at/all";
  ASSERT_FALSE(Child::start(settings));
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(Child, WorkingFolderThatIsMissingIsAHostError) {
  auto settings = shell("true");
  settings.working_folder = "/nowhere/at/all";
  const auto child = Child::start(settings);
  ASSERT_FALSE(child);
  EXPECT_THAT(child.error().message, HasSubstr("/nowhere/at/all"));
}

TEST(Child, RunsInItsWorkingFolderWithTheAddedEnvironment) {
  auto settings = shell("pwd; echo $BREWPROOF_TEST; echo $PATH");
  settings.working_folder = "/proc";
  settings.environment = {{"BREWPROOF_TEST", "a b=c"}, {"PATH", "/nowhere"}};
  const auto output = started(settings).finish(5s);
  ASSERT_TRUE(output);
  EXPECT_EQ(output->out, "/proc\na b=c\n/nowhere\n");
}

TEST(Child, ConversesInLines) {
  Child child = started(shell("while read x; do echo got $x; done; printf tail"));
  ASSERT_TRUE(child.write("one\ntwo\n"));
  EXPECT_EQ(child.read_line(5s).value(), "got one");
  EXPECT_EQ(child.read_line(5s).value(), "got two");
  const auto nothing = child.read_line(0ms);
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code, ErrorCode::timeout);
  child.close_stdin();
  EXPECT_EQ(child.read_line(5s).value(), "tail");
  EXPECT_EQ(child.read_line(5s).value(), std::nullopt);
  EXPECT_TRUE(child.wait(5s)->ok());
}

TEST(Child, WriteToAClosedPipeIsAnIoErrorAndNoSignal) {
  Child child = started(shell("exec <&-; echo closed; sleep 60"));
  ASSERT_EQ(child.read_line(5s).value(), "closed");
  const auto written = child.write("x\n");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::io);
  EXPECT_THAT(written.error().message, HasSubstr("Broken pipe"));
}

TEST(Child, WriteSomeFillsThePipeAndNeverWaits) {
  Child child = started(shell("read x; cat > /dev/null"));
  const std::string much(1 << 20, 'x');
  std::size_t taken = 0;
  for (auto count = child.write_some(much); count && *count > 0; count = child.write_some(much))
    taken += *count;
  EXPECT_GT(taken, 0u);
  EXPECT_LT(taken, much.size());
  ASSERT_TRUE(child.write_some("x"));
  EXPECT_GE(child.stdin_end(), 3);
  child.close_stdin();
  EXPECT_EQ(child.stdin_end(), -1);
  EXPECT_EQ(child.write_some("x").error().code, ErrorCode::io);
}

TEST(Child, StderrBeyondAPipesSizeDoesNotHoldUpStdout) {
  Child child = started(shell("head -c 300000 /dev/zero >&2; echo done"));
  EXPECT_EQ(child.read_line(10s).value(), "done");
  EXPECT_EQ(child.finish(5s)->err.size(), 300000u);
}

TEST(Child, FinishThatTakesTooLongKillsTheWholeGroup) {
  Child child = started(shell("sleep 60 & echo $!; wait"));
  const int grandchild = std::stoi(**child.read_line(5s));
  const auto output = child.finish(50ms);
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::timeout);
  for (int i = 0; i < 100; ++i) {  // its new parent has to reap it
    std::ifstream stat(fmt::format("/proc/{}/stat", grandchild));
    std::string word, state;
    if (!(stat >> word >> word >> state) || state == "Z") return;
    std::this_thread::sleep_for(20ms);
  }
  FAIL() << "the grandchild still runs";
}

TEST(Child, DestructorKillsAndReaps) {
  int pid = 0;
  {
    Child child = started(shell("sleep 60"));
    pid = child.pid();
    EXPECT_TRUE(child.running());
  }
  EXPECT_EQ(::kill(pid, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

TEST(Child, SignalEndsItAndWaitSaysSo) {
  Child child = started(shell("exec sleep 60"));
  EXPECT_FALSE(child.wait(0ms));
  child.signal(SIGTERM);
  const auto exit = child.wait(5s);
  ASSERT_TRUE(exit);
  EXPECT_EQ(exit->signal, SIGTERM);
  EXPECT_FALSE(child.running());
  child.signal(SIGKILL);  // nothing to hit any more
  EXPECT_EQ(child.wait(0ms)->signal, SIGTERM);
}

TEST(Child, HoldsNoDescriptorButItsStreams) {
  const Descriptor low{::open("/dev/null", O_RDONLY)};
  const Descriptor high{::fcntl(low.number(), F_DUPFD, 200)};
  auto settings = shell("");
  settings.program = "ls";
  settings.arguments = {"/proc/self/fd"};
  const auto output = started(settings).finish(5s);
  ASSERT_TRUE(output);
  EXPECT_EQ(output->out, "0\n1\n2\n3\n");  // 3 is the folder that ls reads
}

TEST(Child, StartsWithNoSignalBlockedOrIgnored) {
  sigset_t blocked, before;
  sigfillset(&blocked);
  pthread_sigmask(SIG_SETMASK, &blocked, &before);
  const auto handler = std::signal(SIGPIPE, SIG_IGN);
  auto settings = shell("grep -E 'SigBlk|SigIgn' /proc/self/status");
  const auto output = started(settings).finish(5s);
  std::signal(SIGPIPE, handler);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ASSERT_TRUE(output);
  EXPECT_THAT(output->out, HasSubstr("SigBlk:\t0000000000000000"));
  // Bit 12 is SIGPIPE.
  const auto ignored = output->out.substr(output->out.find("SigIgn:\t") + 8, 16);
  EXPECT_EQ(std::stoull(ignored, nullptr, 16) & 0x1000, 0u);
}

TEST(Child, HasAGroupOfItsOwnUnlessAskedNotTo) {
  const auto script = "cut -d' ' -f5 /proc/$$/stat; echo $$";
  auto settings = shell(script);
  Child own = started(settings);
  EXPECT_EQ(own.read_line(5s).value(), std::to_string(own.pid()));
  settings.own_group = false;
  Child shared = started(settings);
  EXPECT_EQ(shared.read_line(5s).value(), std::to_string(::getpgrp()));
}

TEST(Child, DiesWithTheThreadThatStartedItUnlessAskedNotTo) {
  std::optional<Child> bound, free;
  std::thread([&] {
    bound = started(shell("exec sleep 60"));
    auto settings = shell("exec sleep 60");
    settings.dies_with_parent = false;
    free = started(settings);
  }).join();
  const auto exit = bound->wait(5s);
  ASSERT_TRUE(exit);
  EXPECT_EQ(exit->signal, SIGKILL);
  EXPECT_TRUE(free->running());
}

TEST(Child, UnpipedStdinOfAnOwnGroupIsEmpty) {
  auto settings = shell("cat; echo end");
  settings.pipe_stdin = false;
  EXPECT_EQ(started(settings).finish(5s)->out, "end\n");
}

TEST(ProgramBeside, StandsInThisProgramsFolder) {
  EXPECT_EQ(program_beside("brewproof-capture"),
            std::string(BREWPROOF_BINARY_DIR) + "/brewproof-capture");
}

TEST(Child, AnInheritedDescriptorIsOpenUnderItsNumber) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);
  ChildSettings settings =
      shell(fmt::format("echo here >&{0}; [ ! -e /proc/self/fd/{1} ]", ends[1], ends[0]));
  settings.inherited = ends[1];
  const auto output = started(settings).finish(5s);
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_TRUE(output->exit.ok()) << output->err;
  write_end.close();
  char text[16] = {};
  EXPECT_EQ(::read(read_end.number(), text, sizeof text), 5);
  EXPECT_STREQ(text, "here\n");
}

// A fresh network namespace knows one interface, which is down: nobody can be reached from it.
TEST(Child, WithoutNetworkSeesNoInterfaceButALoopbackThatIsDown) {
  ChildSettings settings = shell("cat /proc/self/net/dev | tail -n +3 | cut -d: -f1 | tr -d ' '");
  settings.without_network = true;
  auto child = Child::start(settings);
  if (!child) GTEST_SKIP() << "namespaces are forbidden here: " << child.error().message;
  const auto output = child->finish(5s);
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(output->out, "lo\n");
  EXPECT_TRUE(output->exit.ok());
}

TEST(Child, WithoutNetworkStillReadsItsParentsFiles) {
  const std::string path = testing::TempDir() + fmt::format("child-reads-{}", ::getpid());
  std::ofstream(path) << "private\n";
  std::filesystem::permissions(path, std::filesystem::perms::owner_read);
  ChildSettings settings = shell("cat " + path);
  settings.without_network = true;
  auto child = Child::start(settings);
  if (!child) GTEST_SKIP() << "namespaces are forbidden here: " << child.error().message;
  const auto output = child->finish(5s);
  std::filesystem::remove(path);
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(output->out, "private\n");
}

// Entering a user namespace makes the kernel forget the death signal: it is asked for afterwards.
TEST(Child, DiesWithItsThreadWithoutNetworkToo) {
  std::optional<Result<Child>> child;
  std::thread([&] {
    ChildSettings settings = shell("exec sleep 60");
    settings.without_network = true;
    child = Child::start(settings);
  }).join();
  if (!*child) GTEST_SKIP() << "namespaces are forbidden here: " << child->error().message;
  const auto exit = (*child)->wait(5s);
  ASSERT_TRUE(exit);
  EXPECT_EQ(exit->signal, SIGKILL);
}

TEST(Child, MemoryBeyondItsLimitIsRefused) {
  ChildSettings settings = shell("ulimit -v");  // in KiB
  settings.most_memory = 64u << 20;
  const auto output = started(settings).finish(5s);
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(output->out, "65536\n");
}

}  // namespace
}  // namespace brewproof
