// LCUS-8 HID: the frames are those of the serial board (see drivers/lcus_hid.cpp).

#include "tests/drivers/usb/usb_station.h"

namespace brewproof::testing {
namespace {

using ::testing::ElementsAre;

class LcusHid : public UsbStation {};

TEST_F(LcusHid, SwitchesByFramesOnTheInterruptEndpoint) {
  plug("lcus_hid");
  const auto device = opened("lcus_hid");
  ASSERT_TRUE(device);
  EXPECT_EQ(device->identity(), "LCUS-8 HID in USB socket 1-1");
  ASSERT_TRUE(device->as_switch()->set(1, true));
  ASSERT_TRUE(device->as_switch()->set(8, true));
  ASSERT_TRUE(device->as_switch()->set(8, false));
  EXPECT_THAT(contacts(), ElementsAre("1 closed", "8 closed", "8 open"));
  ASSERT_EQ(exchanges.size(), 3u);
  EXPECT_EQ(exchanges[0].written, hex("A0 01 01 A2"));
  EXPECT_EQ(exchanges[1].written, hex("A0 08 01 A9"));
  EXPECT_EQ(exchanges[2].written, hex("A0 08 00 A8"));
}

// It may say nothing at all: an order is not held up by that.
TEST_F(LcusHid, ASilentBoardStillObeys) {
  plug("lcus_hid", {"silent"});
  const auto device = opened("lcus_hid");
  ASSERT_TRUE(device);
  ASSERT_TRUE(device->as_switch()->set(3, true));
  EXPECT_THAT(contacts(), ElementsAre("3 closed"));
}

TEST_F(LcusHid, AllOffIsOneFrameARelay) {
  plug("lcus_hid");
  const auto device = opened("lcus_hid");
  ASSERT_TRUE(device);
  ASSERT_TRUE(device->as_switch()->all_off());
  ASSERT_EQ(exchanges.size(), 8u);
  EXPECT_EQ(exchanges[0].written, hex("A0 01 00 A1"));
  EXPECT_EQ(exchanges[7].written, hex("A0 08 00 A8"));
}

TEST_F(LcusHid, TheHarmlessExchangeIsTheQuery) {
  plug("lcus_hid");
  const auto device = opened("lcus_hid");
  ASSERT_TRUE(device);
  ASSERT_TRUE(device->harmless_exchange());
  EXPECT_EQ(exchanges.back().written, hex("FF"));
}

TEST_F(LcusHid, TwoOfThemAreToldApartByTheirSockets) {
  plug("lcus_hid");
  plug("lcus_hid", {}, {.path = "1-2"});
  EXPECT_FAILS(open("lcus_hid", {}), ErrorCode::io, "path, the USB socket that each is in");
  EXPECT_TRUE(opened("lcus_hid", {{"usb.path", "1-2"}}));
}

}  // namespace
}  // namespace brewproof::testing
