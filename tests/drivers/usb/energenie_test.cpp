// Energenie strips: the bytes are those of sispmctl (see drivers/energenie.cpp).

#include "tests/drivers/usb/usb_station.h"

namespace brewproof::testing {
namespace {

using ::testing::ElementsAre;

class Energenie : public UsbStation {};

TEST_F(Energenie, EachSocketHasItsReport) {
  plug("energenie");
  const auto device = opened("energenie");
  ASSERT_TRUE(device);
  EXPECT_EQ(device->identity(), "EG-PMS/SIS-PM with 4 sockets, 01:1c:aa:b5:41");
  exchanges.clear();
  ASSERT_TRUE(device->as_switch()->set(2, true));
  EXPECT_EQ(device->as_switch()->read(2).value(), true);
  EXPECT_EQ(device->as_switch()->read(4).value(), false);
  ASSERT_TRUE(device->as_switch()->set(2, false));
  EXPECT_THAT(contacts(), ElementsAre("2 closed", "2 open"));
  ASSERT_EQ(exchanges.size(), 4u);
  EXPECT_EQ(exchanges[0].written, hex("21 09 06 03 00 00 05 00 06 03 00 00 00"));
  EXPECT_EQ(exchanges[1].written, hex("A1 01 06 03 00 00 05 00"));
  EXPECT_EQ(exchanges[1].received, hex("06 03 00 00 00"));
  EXPECT_EQ(exchanges[2].received, hex("0C 00 00 00 00"));
  EXPECT_EQ(exchanges[3].written, hex("21 09 06 03 00 00 05 00 06 00 00 00 00"));
}

TEST_F(Energenie, TheSerialNumberIsInAReport) {
  plug("energenie");
  plug("energenie", {}, {.path = "1-2", .id = "01:02:03:04"});
  const auto device = opened("energenie", {{"usb.serial", "01:01:02:03:04"}});
  ASSERT_TRUE(device);
  EXPECT_EQ(device->identity(), "EG-PMS/SIS-PM with 4 sockets, 01:01:02:03:04");
}

TEST_F(Energenie, AReportAboutAnotherSocketOrCutIsRefused) {
  for (int length = 0; length < 5; ++length) {
    plug("energenie", {fmt::format("truncate:{}@2", length)}, {.path = "1-3"});
    const auto device = opened("energenie");
    ASSERT_TRUE(device);
    EXPECT_FAILS(device->as_switch()->read(1), ErrorCode::protocol,
                 "where report 03 of 5 bytes was expected");
    bus.unplug("1-3");
  }
}

// The strip has its own mains: a pulled plug does not open its relays.
TEST_F(Energenie, ASocketStaysOnWithoutTheComputer) {
  plug("energenie", {"vanish:1@3"});
  auto device = opened("energenie");
  ASSERT_TRUE(device);
  ASSERT_TRUE(device->as_switch()->set(3, true));
  EXPECT_FAILS(device->as_switch()->set(3, false), ErrorCode::io, "the device is gone");
  device.reset();
  bus.settle();
  const auto again = opened("energenie", {{"usb.serial", "01:1c:aa:b5:41"}});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->as_switch()->read(3).value(), true);
}

}  // namespace
}  // namespace brewproof::testing
