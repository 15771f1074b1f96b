// Cleware switches: the bytes are those of pdudaemon's driver (see drivers/cleware.cpp).

#include "tests/drivers/usb/usb_station.h"

namespace brewproof::testing {
namespace {

using ::testing::ElementsAre;

class Cleware : public UsbStation {
 protected:
  std::unique_ptr<Device> plugged(int channels, std::map<std::string, std::string> options = {}) {
    plug("cleware", {}, {.channels = channels});
    return opened("cleware", std::move(options));
  }
};

TEST_F(Cleware, ASocketIsSwitchedByAnOutputReport) {
  const auto device = plugged(4);
  ASSERT_TRUE(device);
  EXPECT_EQ(device->identity(), "USB-Switch 2F1A");
  ASSERT_TRUE(device->as_switch()->set(2, true));
  ASSERT_TRUE(device->as_switch()->set(2, false));
  EXPECT_THAT(contacts(), ElementsAre("2 closed", "2 open"));
  ASSERT_EQ(exchanges.size(), 2u);
  EXPECT_EQ(exchanges[0].written, hex("21 09 00 02 00 00 03 00 00 11 01"));
  EXPECT_EQ(exchanges[1].written, hex("21 09 00 02 00 00 03 00 00 11 00"));
}

TEST_F(Cleware, ASwitchGoesOffSocketBySocket) {
  const auto device = plugged(4);
  ASSERT_TRUE(device);
  ASSERT_TRUE(device->as_switch()->all_off());
  ASSERT_EQ(exchanges.size(), 4u);
  EXPECT_EQ(exchanges[0].written, hex("21 09 00 02 00 00 03 00 00 10 00"));
  EXPECT_EQ(exchanges[3].written, hex("21 09 00 02 00 00 03 00 00 13 00"));
}

TEST_F(Cleware, TheSwitch8TakesAMask) {
  const auto device = plugged(8);
  ASSERT_TRUE(device);
  ASSERT_TRUE(device->as_switch()->set(8, true));
  ASSERT_TRUE(device->as_switch()->set(1, true));
  ASSERT_TRUE(device->as_switch()->all_off());
  EXPECT_THAT(contacts(), ElementsAre("8 closed", "1 closed", "1 open", "8 open"));
  ASSERT_EQ(exchanges.size(), 3u);
  EXPECT_EQ(exchanges[0].written, hex("21 09 00 02 00 00 05 00 03 00 80 00 80"));
  EXPECT_EQ(exchanges[2].written, hex("21 09 00 02 00 00 05 00 03 00 00 00 FF"));
}

TEST_F(Cleware, TheBenchFileSaysHowManySocketsThereAre) {
  const auto device = plugged(4, {{"channels", "1"}});
  ASSERT_TRUE(device);
  EXPECT_FAILS(device->as_switch()->set(2, true), ErrorCode::usage, "its board has 1");
}

TEST_F(Cleware, MoreSocketsThanItsKindHasAreRefused) {
  plug("cleware", {}, {.channels = 4});
  EXPECT_FAILS(open("cleware", {{"channels", "5"}}), ErrorCode::bad_file, "from 1 to 4");
}

}  // namespace
}  // namespace brewproof::testing
