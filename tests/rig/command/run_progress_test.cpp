// The rewriting line on a real terminal: the master of a pty is the person's eye.
#include "rig/command/run_progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

namespace brewproof {
namespace {

using testing::HasSubstr;
using testing::Not;

class ProgressOnATerminal : public testing::Test {
 protected:
  ProgressOnATerminal() {
    winsize size{};
    size.ws_col = 80;
    size.ws_row = 24;
    int slave = -1;
    if (openpty(&master, &slave, nullptr, nullptr, &size) != 0)
      throw std::runtime_error("no terminal");
    out = fdopen(slave, "w");
  }
  ~ProgressOnATerminal() override {
    std::fclose(out);
    close(master);
  }

  /// What comes until `text` does, or for 20 s.
  std::string until(const std::string& text, int within_ms = 20'000) {
    std::string screen;
    pollfd ready{master, POLLIN, 0};
    while (screen.find(text) == std::string::npos && poll(&ready, 1, within_ms) == 1) {
      char part[4096];
      const ssize_t count = read(master, part, sizeof part);
      if (count <= 0) break;
      screen.append(part, static_cast<std::size_t>(count));
    }
    return screen;
  }
  static Message order() {
    Message message;
    message.from_dut = true;
    message.message = "POST /v1/order";
    message.peer.name = "api.example";
    return message;
  }

  int master = -1;
  std::FILE* out = nullptr;
};

TEST_F(ProgressOnATerminal, WhatIsHeardIsShownWithoutAnythingElseHappening) {
  RunProgress progress(out);
  progress.listens();
  progress.show({});
  EXPECT_THAT(until("idle machine"), HasSubstr("listening to the idle machine"));
  progress.heard(order());
  EXPECT_THAT(until("api.example"),
              HasSubstr("\r\x1b[Klistening to the idle machine  1 message, last POST /v1/order to "
                        "api.example"));
}

TEST_F(ProgressOnATerminal, ALineIsNeverWiderThanTheTerminal) {
  RunProgress progress(out, true);
  Progress trial;
  trial.phase = Progress::Phase::trial;
  trial.total = 32;
  trial.left_ns = 125'000'000'000;
  progress.heard(order());
  progress.show(trial);
  const std::string screen = until("!)");
  EXPECT_EQ(
      screen,
      "\r\x1b[Kblock 0/0  trial 1/32  cups 0  payments 0  2:05 left  1 message  (p, s, q, !)");
  EXPECT_LT(screen.size() - 4, 80u);
}

TEST_F(ProgressOnATerminal, ANoteStaysAboveTheLine) {
  RunProgress progress(out);
  progress.show({});
  progress.note("Note: so it is.");
  EXPECT_THAT(until("so it is.\r\n\r\x1b[Klistening to the idle machine"),
              HasSubstr("\r\x1b[KNote: so it is.\r\n\r\x1b[Klistening to the idle machine"));
}

TEST_F(ProgressOnATerminal, AfterItIsClearedNothingIsRewritten) {
  RunProgress progress(out);
  progress.listens();
  progress.show({});
  progress.clear();
  progress.heard(order());
  EXPECT_THAT(until("POST", 600), Not(HasSubstr("POST")));
}

// Ctrl-S: what is new waits, and nobody for it.
TEST_F(ProgressOnATerminal, ATerminalThatTakesNothingHoldsNothingUp) {
  RunProgress progress(out);
  progress.listens();
  progress.show({});
  (void)until("idle machine");
  ASSERT_EQ(tcflow(fileno(out), TCOOFF), 0);
  progress.heard(order());
  EXPECT_EQ(until("POST", 600), "");
  progress.heard(order());  // would wait for a thread that writes
  ASSERT_EQ(tcflow(fileno(out), TCOON), 0);
  EXPECT_THAT(until("2 messages"), HasSubstr("2 messages"));
}

TEST(ProgressInAFile, EachBlockSaysWhatWasHeard) {
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* const out = open_memstream(&text, &size);
  {
    RunProgress progress(out);
    Message message;
    message.from_dut = true;
    message.message = "query A api.example";
    message.peer.address = "192.0.2.1";
    progress.heard(message);
    Progress trial;
    trial.phase = Progress::Phase::trial;
    trial.block = 1;
    trial.blocks = 2;
    trial.total = 16;
    progress.show(trial);
    progress.show(trial);
    progress.note("Note: so it is.");
  }
  std::fclose(out);
  EXPECT_EQ(std::string(text, size),
            "block 1/2  trial 1/16  cups 0  payments 0  1 message, last query A api.example to "
            "192.0.2.1\nNote: so it is.\n");
  std::free(text);
}

}  // namespace
}  // namespace brewproof
