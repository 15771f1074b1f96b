// The simulated audit port that speaks DDCMP with the driver it is made for: both sides were
// written from the same sources and share no code. Every fault of a line, at every turn of the
// talk: the books come whole, or there is an error.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/drivers/simulated/simulated_books.h"

namespace brewproof::testing {
namespace {

class SimulatedDdcmp : public SimulatedBooks {
 protected:
  SimulatedDdcmp() : SimulatedBooks("ddcmp") {}
  void was_read(sim::Simulator& machine) override { EXPECT_EQ(machine.line(), "list 2"); }
};

TEST_F(SimulatedDdcmp, TellsItsBooksAtTheSpeedOfTheSlower) {
  for (const auto& [machine, ours, agreed] :
       {std::tuple{"115200", "115200", 115200}, std::tuple{"19200", "115200", 19200},
        std::tuple{"115200", "9600", 9600}, std::tuple{"2400", "115200", 2400},
        std::tuple{"115200", "2400", 2400}}) {
    const auto audit = read({"--speed", machine}, {{"speed", ours}});
    ASSERT_TRUE(audit) << audit.error().message;
    EXPECT_EQ(audit->text, books_);
    EXPECT_EQ(identity_, fmt::format("DDCMP audit port, read at {} baud", agreed));
  }
}

TEST_F(SimulatedDdcmp, AJackAt9600IsHeardAt9600Only) {
  ASSERT_TRUE(read({"--listens", "9600"}, {{"baud", "9600"}}));
}

TEST_F(SimulatedDdcmp, CodesThatAreNotItsOwnAreRefused) {
  EXPECT_FAILS(read({"--security", "0x1234"}), ErrorCode::protocol, "give the codes");
  const auto audit = read({"--security", "0x1234", "--password", "0xabcd"},
                          {{"security", "1234"}, {"password", "ABCD"}});
  ASSERT_TRUE(audit) << audit.error().message;
}

class FaultyDdcmp : public SimulatedDdcmp, public ::testing::WithParamInterface<std::string> {};

TEST_P(FaultyDdcmp, TheBooksComeWholeAllTheSame) {
  const auto audit = read({"--block", "200", "--fault", GetParam()});
  ASSERT_TRUE(audit) << audit.error().message;
  EXPECT_EQ(audit->text, books_);
}

// 1 and 2 are START, 3 WHO ARE YOU, 4 what acknowledges its answer, 5 READ, 6 likewise, then the
// acknowledgements of blocks.
INSTANTIATE_TEST_SUITE_P(Faults, FaultyDdcmp,
                         ::testing::Values("silent@1", "silent@2", "silent@3", "silent@4",
                                           "silent@5", "silent@6", "silent@7", "corrupt@1",
                                           "corrupt@2", "corrupt@3", "corrupt@5", "corrupt@6",
                                           "corrupt@7", "truncate@1", "truncate@3", "truncate@6",
                                           "truncate@7", "garbage", "split:1", "late:300@3",
                                           "late:300@6", "late:1300@7", "glue@3", "echo",
                                           "rushed:1"));

TEST_F(SimulatedDdcmp, WhatNeverComesRightIsAnErrorThatSaysHowFarItCame) {
  const std::map<std::string, std::string> as_it_is{{"speed", "2400"}};
  for (const auto& [fault, why] : {std::pair{"corrupt", "does not answer START"},
                                   std::pair{"truncate", "does not answer START"},
                                   std::pair{"silent@2+", "did not take WHO ARE YOU, told"},
                                   std::pair{"corrupt@4+", "did not take READ of list 2, told"},
                                   std::pair{"truncate@5+", "block 1 "}}) {
    const auto audit = read({"--fault", fault}, as_it_is, std::chrono::seconds(3));
    ASSERT_FALSE(audit) << fault;
    EXPECT_THAT(audit.error().message, ::testing::HasSubstr(why)) << fault;
  }
}

TEST_F(SimulatedDdcmp, UnpluggedItIsGone) {
  const auto audit = read({"--fault", "vanish@6"});
  ASSERT_FALSE(audit);
  EXPECT_EQ(audit.error().code, ErrorCode::io) << audit.error().message;
}

}  // namespace
}  // namespace brewproof::testing
