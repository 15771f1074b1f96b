#include "rig/proof/by_heading.h"

#include <gtest/gtest.h>

namespace brewproof {
namespace {

TEST(ByHeading, IsMadeOnceForAllMessagesOfOneHeading) {
  MessageKeeper keeper;
  Message message;
  message.message = "GET /a";
  const KeptMessage first = keeper.keep(message);
  message.time_ns = 5;
  const KeptMessage again = keeper.keep(message);
  message.message = "GET /b";
  const KeptMessage other = keeper.keep(message);

  int made = 0;
  ByHeading<int> numbers;
  const auto of = [&](const KeptMessage& kept) -> int& {
    return numbers.of(kept, [&] { return ++made; });
  };
  int& of_first = of(first);
  EXPECT_EQ(of_first, 1);
  EXPECT_EQ(of(other), 2);
  EXPECT_EQ(&of(again), &of_first);  // where it was, though others came in between
  of(again) = 7;
  EXPECT_EQ(of(first), 7);
  EXPECT_EQ(made, 2);
}

}  // namespace
}  // namespace brewproof
