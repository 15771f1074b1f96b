#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

const Bytes ping = hex("08 00 f7ff 0007 0001 62726577");  // id 7, sequence 1, "brew"

Message icmp(std::string_view bytes) { return decode_one(ipv4(true, 1, hex(bytes))); }

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
  EXPECT_EQ(tap.messages[0].size, 12u);
  EXPECT_EQ(tap.messages[0].value_bytes, 10u);  // all but the checksum
  EXPECT_EQ(tap.messages[1].message, "echo reply");
  EXPECT_FALSE(tap.messages[1].from_dut);
  EXPECT_EQ(tap.messages[0].flow, tap.messages[1].flow);
}

TEST(Icmp, AnErrorTellsWhichPacketItIsAbout) {
  // Port unreachable: 10.77.0.50:40000 -> 203.0.113.10:123 over UDP.
  const Message m = icmp(
      "03 03 0000 00000000 4500 0020 1234 4000 40 11 0000 0a4d0032 cb00710a"
      "9c40 007b 000c 0000 01020304");
  EXPECT_EQ(m.message, "destination unreachable");
  EXPECT_EQ(value(m, "code"), "3");
  EXPECT_EQ(value(m, "about:source"), "10.77.0.50");
  EXPECT_EQ(value(m, "about:destination"), "203.0.113.10");
  EXPECT_EQ(value(m, "about:protocol"), "17");
  EXPECT_EQ(value(m, "about:source_port"), "40000");
  EXPECT_EQ(value(m, "about:destination_port"), "123");
  EXPECT_EQ(value(m, "about:payload"), "000c000001020304");
  EXPECT_EQ(value(m, "mtu"), "(none)");
}

TEST(Icmp, APacketTooBigTellsTheSizeThatFits) {
  EXPECT_EQ(value(icmp("03 04 0000 0000 05dc 45"), "mtu"), "1500");
  EXPECT_EQ(value(icmp("03 04 0000 0000 05dc 45"), "payload"), "E");  // no packet to be read
}

TEST(Icmp, ARedirectNamesTheGateway) {
  const Message m = icmp("05 01 0000 0a4d0001 4500 001c 0000 0000 40 01 0000 0a4d0032 cb00710a");
  EXPECT_EQ(m.message, "redirect");
  EXPECT_EQ(value(m, "gateway"), "10.77.0.1");
  EXPECT_EQ(value(m, "about:destination"), "203.0.113.10");
}

TEST(Icmp, TheOtherMessagesHaveTheirFields) {
  const Message clock = icmp("0e 00 0000 0001 0002 00000003 00000004 00000005");
  EXPECT_EQ(clock.message, "timestamp reply");
  EXPECT_EQ(value(clock, "transmit_ms"), "5");
  EXPECT_EQ(value(icmp("12 00 0000 0001 0002 ffffff00"), "mask"), "255.255.255.0");
  EXPECT_EQ(value(icmp("0c 00 0000 14000000"), "pointer"), "20");
  const Message router = icmp("09 00 0000 01 02 0708 0a4d0001 00000005");
  EXPECT_EQ(router.message, "router advertisement");
  EXPECT_EQ(value(router, "lifetime"), "1800");
  EXPECT_EQ(value(router, "router"), "10.77.0.1");
  EXPECT_EQ(value(router, "preference"), "5");
}

TEST(Icmp, ACutHeaderIsMalformedUnlessTheSnapLengthCutIt) {
  const Bytes whole = ipv4(true, 1, ping);
  for (std::size_t keep = 0; keep < 8; ++keep) {
    Bytes cut = ping;
    cut.resize(keep);
    EXPECT_TRUE(decode_one(ipv4(true, 1, cut)).malformed) << keep;
    Tap tap;
    tap.packet(Bytes(whole.begin(), whole.begin() + 34 + static_cast<std::ptrdiff_t>(keep)),
               static_cast<std::uint32_t>(whole.size()));
    ASSERT_EQ(tap.finish().size(), 1u);
    EXPECT_FALSE(tap.messages[0].malformed) << keep;
    EXPECT_TRUE(tap.messages[0].gap) << keep;
  }
}

TEST(Icmp, AnUnknownTypeIsToldByItsNumber) {
  EXPECT_EQ(icmp("2a 00 0000 00000000").message, "type 42");
}

}  // namespace
}  // namespace brewproof::wire
