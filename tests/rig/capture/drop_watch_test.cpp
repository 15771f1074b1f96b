#include "rig/capture/drop_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brewproof {
namespace {

using testing::HasSubstr;

TEST(DropWatch, NothingLostIsNoDamage) {
  DropWatch watch({1000, 500, 7}, 100);
  EXPECT_FALSE(watch.observe({10, 0, 0}, {1005, 505, 7}, 200));
  EXPECT_FALSE(watch.observe({20, 0, 0}, {1010, 510, 7}, 300));
  EXPECT_EQ(watch.total().received, 20u);
  EXPECT_EQ(watch.total().interface_dropped, 0u);
  EXPECT_FALSE(watch.cross_check(100));
}

TEST(DropWatch, LossInTheRingFallsBetweenTwoLooks) {
  DropWatch watch({}, 100);
  EXPECT_FALSE(watch.observe({10, 0, 0}, {10, 0, 0}, 200));
  const auto damage = watch.observe({30, 0, 12}, {30, 0, 0}, 300);
  ASSERT_TRUE(damage);
  EXPECT_EQ(damage->reason, "capture-gap");
  EXPECT_EQ(damage->from_real_ns, 200);
  EXPECT_EQ(damage->to_real_ns, 300);
  EXPECT_THAT(damage->text, HasSubstr("12 packets lost in the capture ring"));
  EXPECT_FALSE(watch.observe({31, 0, 12}, {31, 0, 0}, 400));
  EXPECT_EQ(watch.total().kernel_dropped, 12u);
}

TEST(DropWatch, LossInTheCardCountsFromTheStart) {
  DropWatch watch({0, 0, 5}, 100);
  const auto damage = watch.observe({10, 0, 0}, {10, 0, 8}, 200);
  ASSERT_TRUE(damage);
  EXPECT_THAT(damage->text, HasSubstr("3 in the network card"));
  EXPECT_EQ(watch.total().interface_dropped, 3u);
}

TEST(DropWatch, CountersThatFallBackAreNoLoss) {
  DropWatch watch({100, 100, 50}, 100);
  EXPECT_FALSE(watch.observe({10, 0, 0}, {0, 0, 0}, 200));
  EXPECT_EQ(watch.total().interface_dropped, 0u);
  EXPECT_FALSE(watch.cross_check(100));
}

TEST(DropWatch, AClockSetBackKeepsTheRangeInOrder) {
  DropWatch watch({}, 1000);
  const auto damage = watch.observe({1, 0, 1}, {}, 400);
  ASSERT_TRUE(damage);
  EXPECT_EQ(damage->from_real_ns, 400);
  EXPECT_EQ(damage->to_real_ns, 1000);
}

TEST(DropWatch, PacketsThatNeverReachedTheTapAreFoundAtTheEnd) {
  DropWatch watch({100, 100, 0}, 1000);
  // 10,000 counted by the interface; 32 + 20 of them may differ by the moment of reading.
  EXPECT_FALSE(watch.observe({9948, 0, 0}, {6100, 4100, 0}, 2000));
  EXPECT_FALSE(watch.cross_check(1000));
  EXPECT_FALSE(watch.observe({9947, 0, 0}, {6100, 4100, 0}, 3000));
  const auto damage = watch.cross_check(1000);
  ASSERT_TRUE(damage);
  EXPECT_EQ(damage->reason, "capture-gap");
  EXPECT_EQ(damage->from_real_ns, 1000);
  EXPECT_EQ(damage->to_real_ns, 3000);
  EXPECT_THAT(damage->text, HasSubstr("10000 packets"));
}

}  // namespace
}  // namespace brewproof
