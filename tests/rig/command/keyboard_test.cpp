// The keys of a run, pressed on a real terminal: the master of a pty is the person.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "rig/evidence/journal.h"
#include "tests/rig/command/small_bench.h"

namespace brewproof {
namespace {

using ::testing::HasSubstr;

constexpr int patience_s = 120;

class KeysOfARun : public SmallBench {
 protected:
  void start() {
    termios plain{};
    pid = forkpty(&master, nullptr, nullptr, nullptr);
    if (pid == 0) {
      const std::string program = std::string(BREWPROOF_BINARY_DIR) + "/brewproof";
      if (chdir(place.c_str()) == 0)
        execl(program.c_str(), "brewproof", "run", "presses.procedure.yaml", "--bench",
              "small.bench.yaml", "--out", "r", "--seed", "7", nullptr);
      _exit(127);
    }
    ASSERT_GT(pid, 0);
    ASSERT_EQ(tcgetattr(master, &plain), 0);
    before = plain.c_lflag;
  }
  ~KeysOfARun() override {
    if (master >= 0) close(master);
    if (pid > 0) {
      kill(pid, SIGKILL);
      waitpid(pid, nullptr, 0);
    }
  }

  // Reads what the terminal shows until it holds `text`.
  bool sees(const std::string& text) {
    bool ended = false;
    for (int tenths = 0; !ended && tenths < patience_s * 10; ++tenths) {
      pollfd ready{master, POLLIN, 0};
      if (poll(&ready, 1, 100) > 0) {
        char part[4096];
        const ssize_t count = read(master, part, sizeof part);
        ended = count <= 0;
        if (!ended) screen.append(part, static_cast<std::size_t>(count));
      }
      const std::size_t at = screen.find(text);
      if (at == std::string::npos) continue;
      screen.erase(0, at + text.size());
      return true;
    }
    return false;
  }
  void press(char key) { ASSERT_EQ(::write(master, &key, 1), 1); }
  int exit_code() {
    while (sees("\n")) continue;  // a full terminal would hold it up
    int status = 0;
    waitpid(pid, &status, 0);
    pid = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  tcflag_t flags() const {
    termios now{};
    EXPECT_EQ(tcgetattr(master, &now), 0);
    return now.c_lflag;
  }
  std::vector<std::string> journalled() const {
    std::vector<std::string> types;
    const auto check = read_journal((place / "r/journal.jsonl").string());
    if (check)
      for (const Record& record : check->records) types.push_back(record.type);
    return types;
  }

  int pid = -1, master = -1;
  tcflag_t before = 0;
  std::string screen;
};

TEST_F(KeysOfARun, PauseAndContinueBetweenTwoTrials) {
  start();
  ASSERT_TRUE(sees("p: pause")) << screen;
  press('p');
  ASSERT_TRUE(sees("paused after")) << screen;
  EXPECT_THAT(journalled(), ::testing::Contains("pause"));
  EXPECT_THAT(journalled(), ::testing::Not(::testing::Contains("continue")));
  press('c');
  ASSERT_TRUE(sees("p: pause")) << screen;
  EXPECT_THAT(journalled(), ::testing::Contains("continue"));
  press('s');
  ASSERT_TRUE(sees("stopping after this trial")) << screen;
  EXPECT_EQ(exit_code(), 130);
  EXPECT_EQ(json_of("r/findings.json")["run"]["pauses"].size(), 1u);
}

TEST_F(KeysOfARun, StopNowEndsInMidTrialAndTheTerminalIsAsItWas) {
  start();
  ASSERT_TRUE(sees("trial 1/")) << screen;
  EXPECT_EQ(flags() & (ICANON | ECHO), 0u);
  press('q');
  EXPECT_EQ(exit_code(), 130);
  EXPECT_EQ(flags(), before);
}

TEST_F(KeysOfARun, TheEmergencyKeyCutsAtOnceAndIsNamed) {
  start();
  ASSERT_TRUE(sees("!: emergency")) << screen;
  press('!');
  ASSERT_TRUE(sees("emergency stop: every output is cut at once (key !)")) << screen;
  EXPECT_EQ(exit_code(), 5);
}

TEST_F(KeysOfARun, TheTerminalIsAsItWasAfterControlCAndAfterSigterm) {
  for (const int signal : {SIGINT, SIGTERM}) {
    fs::remove_all(place / "r");
    start();
    ASSERT_TRUE(sees("trial 1/")) << screen;
    EXPECT_EQ(flags() & (ICANON | ECHO), 0u);
    if (signal == SIGINT)
      press('\x03');  // the terminal makes the signal of it
    else
      kill(pid, signal);
    EXPECT_EQ(exit_code(), signal == SIGINT ? 130 : 143);
    EXPECT_EQ(flags(), before);
    close(master);
    master = -1;
  }
}

TEST_F(KeysOfARun, TheTerminalIsAsItWasAfterACrash) {
  start();
  ASSERT_TRUE(sees("trial 1/")) << screen;
  kill(pid, SIGQUIT);
  EXPECT_EQ(exit_code(), -SIGQUIT);
  EXPECT_EQ(flags(), before);
}

TEST_F(KeysOfARun, WithoutATerminalThereAreNoKeys) {
  const auto done = run({"run", "presses.procedure.yaml", "--bench", "small.bench.yaml", "--out",
                         "r", "--seed", "7"});
  EXPECT_THAT(done.err, ::testing::Not(HasSubstr("p: pause")));
  EXPECT_THAT(done.err, HasSubstr("block 2/2"));
}

}  // namespace
}  // namespace brewproof
