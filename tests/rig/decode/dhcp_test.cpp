#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

Bytes discover() {
  Bytes bytes = hex("01 01 06 00 3903f326 0000 0000 00000000 00000000 00000000 00000000");
  bytes = bytes + hex("02c0ffee0001 00000000000000000000");
  bytes.resize(bytes.size() + 64 + 128);
  return bytes + hex("63825363 35 01 01 0c 05 6b696f736b 3c 03 6b3935 32 04 0a4d0032 ff");
}

TEST(Dhcp, ADiscoverTellsWhoTheMachineSaysItIs) {
  Tap tap;
  tap.packet(udp(true, 67, discover(), 68));
  const Message& m = tap.finish().at(0);
  EXPECT_EQ(m.protocol, "dhcp");
  EXPECT_EQ(m.message, "discover");
  EXPECT_EQ(value(m, "client_mac"), "02c0ffee0001");
  EXPECT_EQ(value(m, "hostname"), "kiosk");
  EXPECT_EQ(value(m, "option:60"), "k95");
  EXPECT_EQ(value(m, "requested_ip"), "10.77.0.50");
  EXPECT_FALSE(m.malformed);
}

TEST(Dhcp, AnOptionThatRunsOutOfTheDatagramIsMalformed) {
  Tap tap;
  Bytes cut = discover();
  cut.resize(cut.size() - 3);  // inside the requested address
  tap.packet(udp(true, 67, cut, 68));
  const Message& m = tap.finish().at(0);
  EXPECT_TRUE(m.malformed);
  ASSERT_EQ(m.notes.size(), 1u);
  EXPECT_EQ(m.notes[0], "DHCP option is cut off at byte 255");
}

TEST(Dhcp, EveryCutIsToldAsSomething) { check_every_cut(discover(), 67); }

}  // namespace
}  // namespace brewproof::wire
