// FTDI bit-bang boards: the requests are those of libftdi (see drivers/ftdi_bitbang.cpp).

#include "tests/drivers/usb/usb_station.h"

namespace brewproof::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class FtdiBitbang : public UsbStation {};

TEST_F(FtdiBitbang, OneRelayIsSwitchedAmongTheOthers) {
  plug("ftdi_bitbang");
  const auto device = opened("ftdi_bitbang");
  ASSERT_TRUE(device);
  EXPECT_EQ(device->identity(), "FTDI R chip A6007KVO");
  ASSERT_EQ(exchanges.size(), 1u);
  EXPECT_EQ(exchanges[0].written, hex("40 0B FF 01 01 00 00 00"));
  exchanges.clear();
  ASSERT_TRUE(device->as_switch()->set(1, true));
  ASSERT_TRUE(device->as_switch()->set(8, true));
  ASSERT_TRUE(device->as_switch()->set(1, false));
  EXPECT_EQ(device->as_switch()->read(8).value(), true);
  EXPECT_THAT(contacts(), ElementsAre("1 closed", "8 closed", "1 open"));
  ASSERT_EQ(exchanges.size(), 7u);
  EXPECT_EQ(exchanges[0].written, hex("C0 0C 00 00 01 00 01 00"));
  EXPECT_EQ(exchanges[0].received, hex("00"));
  EXPECT_EQ(exchanges[1].written, hex("01"));
  EXPECT_EQ(exchanges[3].written, hex("81"));
  EXPECT_EQ(exchanges[5].written, hex("80"));
  EXPECT_EQ(exchanges[6].received, hex("80"));
}

TEST_F(FtdiBitbang, AllOffIsOneByteAndNeedsNoReading) {
  auto& board = plug("ftdi_bitbang");
  const auto device = opened("ftdi_bitbang");
  ASSERT_TRUE(device);
  ASSERT_TRUE(device->as_switch()->set(3, true));
  bus.spoil(board, parsed({"silent"}));
  exchanges.clear();
  ASSERT_TRUE(device->as_switch()->all_off());
  EXPECT_THAT(contacts(), ElementsAre("3 closed", "3 open"));
  ASSERT_EQ(exchanges.size(), 1u);
  EXPECT_EQ(exchanges[0].written, hex("00"));
}

// The others would be switched by guess.
TEST_F(FtdiBitbang, WithoutTheirStateNothingIsWritten) {
  auto& board = plug("ftdi_bitbang");
  const auto device = opened("ftdi_bitbang");
  ASSERT_TRUE(device);
  bus.spoil(board, parsed({"truncate:0@1"}));
  EXPECT_FAILS(device->as_switch()->set(1, true), ErrorCode::protocol, "one byte was expected");
  EXPECT_THAT(contacts(), IsEmpty());
}

// It would make a serial port of pins that hold relays.
TEST_F(FtdiBitbang, TheKernelsSerialDriverDoesNotGetItBack) {
  plug("ftdi_bitbang");
  {
    const auto device = opened("ftdi_bitbang");
    ASSERT_TRUE(device);
  }
  EXPECT_FALSE(bus.is_free("1-1"));
  EXPECT_TRUE(opened("ftdi_bitbang"));
}

TEST_F(FtdiBitbang, AnotherFtdiChipIsNotTaken) {
  Stranger old_chip({.vid = 0x0403,
                     .pid = 0x6001,
                     .manufacturer = "FTDI",
                     .product = "USB <-> Serial",
                     .serial = "",
                     .release = 0x0200,
                     .endpoints = {},
                     .report_descriptor = {}});
  bus.plug(old_chip, "1-2");
  EXPECT_FAILS(open("ftdi_bitbang", {}), ErrorCode::io, "no FTDI R chip is plugged in");
}

}  // namespace
}  // namespace brewproof::testing
