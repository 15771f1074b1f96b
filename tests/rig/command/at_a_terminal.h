// A run of the small bench on a real terminal: the master of a pty is the person.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <csignal>

#include "rig/evidence/journal.h"
#include "tests/rig/command/small_bench.h"

namespace brewproof {

inline constexpr int patience_s = 120;

class AtATerminal : public SmallBench {
 protected:
  /// Starts the run on a terminal of its own.
  void start(const std::vector<std::string>& more = {}) {
    termios plain{};
    const std::string program = std::string(BREWPROOF_BINARY_DIR) + "/brewproof";
    std::vector<std::string> all = {
        "brewproof", "run", "presses.procedure.yaml", "--bench", "small.bench.yaml", "--out", "r"};
    all.insert(all.end(), more.begin(), more.end());
    if (more.empty()) all.insert(all.end(), {"--seed", "7"});
    std::vector<char*> words;
    words.reserve(all.size() + 1);
    for (std::string& word : all) words.push_back(word.data());
    words.push_back(nullptr);
    pid = forkpty(&master, nullptr, nullptr, nullptr);
    if (pid == 0) {
      if (chdir(place.c_str()) == 0) execv(program.c_str(), words.data());
      _exit(127);
    }
    ASSERT_GT(pid, 0);
    ASSERT_EQ(tcgetattr(master, &plain), 0);
    before = plain.c_lflag;
  }
  ~AtATerminal() override {
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

}  // namespace brewproof
