// The keys of a run, pressed on a real terminal: the master of a pty is the person.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/command/at_a_terminal.h"

namespace brewproof {
namespace {

using ::testing::HasSubstr;

class KeysOfARun : public AtATerminal {};

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

TEST_F(KeysOfARun, ControlZStopsNothingAndTellsWhatDoes) {
  start();
  ASSERT_TRUE(sees("trial 1/")) << screen;
  press('\x1a');
  ASSERT_TRUE(
      sees("not stopped: a stopped controller is a lost one, and its guardian would cut "
           "every output; p pauses"))
      << screen;
  kill(pid, SIGTSTP);  // from elsewhere
  ASSERT_TRUE(sees("not stopped: a stopped controller is a lost one")) << screen;
  ASSERT_TRUE(sees("trial 2/")) << screen;
  press('s');
  EXPECT_EQ(exit_code(), 130);
  EXPECT_THAT(journalled(), ::testing::Contains("end"));
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
