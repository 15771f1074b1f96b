// The simulated audit port with the driver it is made for: both sides were written from the same
// sources and share no code. Every fault of a line, at every turn of the talk: the books come
// whole, or there is an error.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/drivers/simulated/simulated_books.h"

namespace brewproof::testing {
namespace {

class SimulatedDex : public SimulatedBooks {
 protected:
  SimulatedDex() : SimulatedBooks("dex") {}
};

TEST_F(SimulatedDex, TellsItsBooks) {
  const auto audit = read({});
  ASSERT_TRUE(audit) << audit.error().message;
  EXPECT_EQ(audit->text, books_);
}

TEST_F(SimulatedDex, ARevisionThatIsNotItsOwnIsRefused) {
  EXPECT_FAILS(read({"--revision", "R01L01"}), ErrorCode::protocol, "refuses with code \"02\"");
  const auto audit = read({"--revision", "R01L01"}, {{"revision", "R01L01"}});
  ASSERT_TRUE(audit) << audit.error().message;
}

class FaultyDex : public SimulatedDex, public ::testing::WithParamInterface<std::string> {};

TEST_P(FaultyDex, TheBooksComeWholeAllTheSame) {
  const auto audit = read({"--block", "200", "--fault", GetParam()});
  ASSERT_TRUE(audit) << audit.error().message;
  EXPECT_EQ(audit->text, books_);
}

INSTANTIATE_TEST_SUITE_P(Faults, FaultyDex,
                         ::testing::Values("silent@1", "silent@2", "silent@4", "corrupt@2",
                                           "corrupt@4", "corrupt@6", "corrupt@7", "truncate@4",
                                           "truncate@7", "garbage@6", "split:1", "late:300@7",
                                           "silent@7"));

}  // namespace
}  // namespace brewproof::testing
