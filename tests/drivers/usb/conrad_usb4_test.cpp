// Conrad's CP2104 board: the requests are those of crelay (see drivers/conrad_usb4.cpp).

#include "tests/drivers/usb/usb_station.h"

namespace brewproof::testing {
namespace {

using ::testing::ElementsAre;

class ConradUsb4 : public UsbStation {};

TEST_F(ConradUsb4, APinThatIsLowIsARelayThatIsOn) {
  plug("conrad_usb4");
  const auto device = opened("conrad_usb4");
  ASSERT_TRUE(device);
  EXPECT_EQ(device->identity(), "CP2104 00A3D7F1");
  ASSERT_TRUE(device->as_switch()->set(3, true));
  EXPECT_EQ(device->as_switch()->read(3).value(), true);
  ASSERT_TRUE(device->as_switch()->set(3, false));
  EXPECT_THAT(contacts(), ElementsAre("3 closed", "3 open"));
  ASSERT_EQ(exchanges.size(), 3u);
  EXPECT_EQ(exchanges[0].written, hex("40 FF E1 37 04 00 00 00"));
  EXPECT_EQ(exchanges[1].written, hex("C0 FF C2 00 00 00 01 00"));
  EXPECT_EQ(exchanges[1].received, hex("FB"));
  EXPECT_EQ(exchanges[2].written, hex("40 FF E1 37 04 04 00 00"));
}

TEST_F(ConradUsb4, AllOffIsOneRequest) {
  plug("conrad_usb4");
  const auto device = opened("conrad_usb4");
  ASSERT_TRUE(device);
  ASSERT_TRUE(device->as_switch()->set(1, true));
  ASSERT_TRUE(device->as_switch()->set(4, true));
  ASSERT_TRUE(device->as_switch()->all_off());
  EXPECT_THAT(contacts(), ElementsAre("1 closed", "4 closed", "1 open", "4 open"));
  EXPECT_EQ(exchanges.back().written, hex("40 FF E1 37 0F 0F 00 00"));
}

TEST_F(ConradUsb4, AnEmptyAnswerIsNoState) {
  plug("conrad_usb4", {"truncate:0@1"});
  const auto device = opened("conrad_usb4");
  ASSERT_TRUE(device);
  EXPECT_FAILS(device->as_switch()->read(1), ErrorCode::protocol, "one byte was expected");
}

// The serial driver would keep the port, and get it back.
TEST_F(ConradUsb4, TheKernelsSerialDriverStepsAside) {
  plug("conrad_usb4");
  {
    const auto device = opened("conrad_usb4");
    EXPECT_FALSE(bus.is_free("1-1"));
  }
  EXPECT_TRUE(bus.is_free("1-1"));
}

}  // namespace
}  // namespace brewproof::testing
