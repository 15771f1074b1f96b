// SainSmart's 16-channel board: the bytes are those of crelay (see drivers/sainsmart16.cpp).

#include "tests/drivers/usb/usb_station.h"

namespace brewproof::testing {
namespace {

using ::testing::ElementsAre;

class Sainsmart16 : public UsbStation {};

const Bytes read_state = hex("D2 0E 11 11 11 11 11 11 11 11 48 49 44 43 80 02");

TEST_F(Sainsmart16, OneRelayIsSwitchedAmongTheOthers) {
  plug("sainsmart16");
  const auto device = opened("sainsmart16");
  ASSERT_TRUE(device);
  EXPECT_EQ(device->identity(), "SainSmart 16 A02014090305");
  ASSERT_TRUE(device->as_switch()->set(1, true));
  ASSERT_TRUE(device->as_switch()->set(10, true));
  ASSERT_TRUE(device->as_switch()->set(1, false));
  EXPECT_THAT(contacts(), ElementsAre("1 closed", "10 closed", "1 open"));
  ASSERT_EQ(exchanges.size(), 6u);
  EXPECT_EQ(exchanges[0].written, read_state);
  EXPECT_EQ(exchanges[1].written, hex("C3 0E 01 00 00 00 00 00 00 00 48 49 44 43 EA 01"));
  EXPECT_EQ(exchanges[3].written, hex("C3 0E 01 02 00 00 00 00 00 00 48 49 44 43 EC 01"));
  EXPECT_EQ(exchanges[5].written, hex("C3 0E 00 02 00 00 00 00 00 00 48 49 44 43 EB 01"));
}

// Relay 1 is bit 7 of what is read, relay 2 bit 8, relay 15 bit 0, relay 16 bit 15.
TEST_F(Sainsmart16, TheBitsThatAreReadAreInAnOrderOfTheirOwn) {
  plug("sainsmart16");
  const auto device = opened("sainsmart16");
  ASSERT_TRUE(device);
  const std::map<int, std::string> state_of{{1, "80 00"}, {2, "00 01"},  {3, "40 00"},
                                            {8, "00 08"}, {15, "01 00"}, {16, "00 80"}};
  for (const auto& [relay, bits] : state_of) {
    SCOPED_TRACE(relay);
    ASSERT_TRUE(device->as_switch()->set(relay, true));
    EXPECT_EQ(device->as_switch()->read(relay).value(), true);
    EXPECT_EQ(exchanges.back().written, read_state);
    EXPECT_EQ(to_hex(ByteView(exchanges.back().received).subspan(2, 2)), to_hex(hex(bits)));
    ASSERT_TRUE(device->as_switch()->all_off());
  }
}

TEST_F(Sainsmart16, AllOffIsOneMessageAndNeedsNoReading) {
  plug("sainsmart16", {"silent@3+"});
  const auto device = opened("sainsmart16");
  ASSERT_TRUE(device);
  ASSERT_TRUE(device->as_switch()->set(7, true));
  ASSERT_TRUE(device->as_switch()->all_off());
  EXPECT_THAT(contacts(), ElementsAre("7 closed", "7 open"));
  EXPECT_EQ(exchanges.back().written, hex("C3 0E 00 00 00 00 00 00 00 00 48 49 44 43 E9 01"));
}

// The others would be switched by guess.
TEST_F(Sainsmart16, WithoutTheirStateNothingIsWritten) {
  plug("sainsmart16", {"silent@1"});
  const auto device = opened("sainsmart16");
  ASSERT_TRUE(device);
  EXPECT_FAILS(device->as_switch()->set(1, true), ErrorCode::timeout, "its state is unknown");
  EXPECT_EQ(exchanges.size(), 1u);
  EXPECT_THAT(contacts(), ElementsAre());
}

TEST_F(Sainsmart16, AnAnswerCutAtAnyByteIsRefused) {
  for (int length = 0; length < 16; ++length) {
    plug("sainsmart16", {fmt::format("truncate:{}@1", length)}, {.path = "1-3"});
    const auto device = opened("sainsmart16");
    ASSERT_TRUE(device);
    EXPECT_FAILS(device->as_switch()->read(1), ErrorCode::protocol,
                 "a message of 16 bytes was expected");
    bus.unplug("1-3");
  }
}

}  // namespace
}  // namespace brewproof::testing
