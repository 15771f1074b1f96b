#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

const Bytes ping = hex("08 00 f7ff 0007 0001 62726577");  // id 7, sequence 1, "brew"

TEST(Icmp, APingIsAnEchoRequestWithItsPayload) {
  Tap tap;
  tap.packet(ipv4(true, 1, ping));
  tap.packet(ipv4(false, 1, hex("00 00 ffff 0007 0001 62726577")));
  ASSERT_EQ(tap.finish().size(), 2u);
  EXPECT_EQ(tap.messages[0].protocol, "icmp");
  EXPECT_EQ(tap.messages[0].message, "echo request");
  EXPECT_EQ(tap.messages[0].peer.address, "203.0.113.10");
  EXPECT_EQ(value(tap.messages[0], "id"), "7");
  EXPECT_EQ(value(tap.messages[0], "seq"), "1");
  EXPECT_EQ(value(tap.messages[0], "payload"), "brew");
  EXPECT_EQ(tap.messages[1].message, "echo reply");
  EXPECT_FALSE(tap.messages[1].from_dut);
  EXPECT_EQ(tap.messages[0].flow, tap.messages[1].flow);
}

TEST(Icmp, ACutHeaderIsMalformed) {
  for (std::size_t keep = 0; keep < 8; ++keep) {
    Tap tap;
    Bytes cut = ping;
    cut.resize(keep);
    tap.packet(ipv4(true, 1, cut));
    ASSERT_EQ(tap.finish().size(), 1u);
    EXPECT_TRUE(tap.messages[0].malformed) << keep;
  }
}

TEST(Icmp, AnUnknownTypeIsToldByItsNumber) {
  Tap tap;
  tap.packet(ipv4(true, 1, hex("2a 00 0000 00000000")));
  EXPECT_EQ(tap.finish().at(0).message, "type 42");
}

}  // namespace
}  // namespace brewproof::wire
