#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

// Version 4, mode 3 (client), everything zero but the transmit time.
const Bytes request =
    hex("23 00 06 ec 00000000 00000000 00000000 0000000000000000"
        "0000000000000000 0000000000000000 ec5a3f1080000000");

TEST(Ntp, AClientRequestIsReadOnItsPort) {
  Tap tap;
  tap.packet(udp(true, 123, request, 123));
  const Message& m = tap.finish().at(0);
  EXPECT_EQ(m.protocol, "ntp");
  EXPECT_EQ(m.message, "client");
  EXPECT_EQ(m.peer.port, 123);
  EXPECT_EQ(value(m, "version"), "4");
  // 0xec5a3f1080000000 = 3965337360.5 s since 1900
  EXPECT_EQ(value(m, "transmit_time"), "17030994280954462208");
}

TEST(Ntp, AClientRequestIsReadOnAnyPort) {
  Tap tap;
  tap.packet(udp(true, 4123, request));
  EXPECT_EQ(tap.finish().at(0).protocol, "ntp");
}

TEST(Ntp, FortyEightOtherBytesOnAnotherPortAreADatagram) {
  Tap tap;
  Bytes other = request;
  other[4] = 1;  // a client that knows a root delay but no server
  tap.packet(udp(true, 4123, other));
  EXPECT_EQ(tap.finish().at(0).protocol, "udp");
  EXPECT_EQ(tap.messages[0].message, "datagram 40..49 B");
}

TEST(Ntp, EveryCutIsToldAsSomething) { check_every_cut(request, 123); }

}  // namespace
}  // namespace brewproof::wire
