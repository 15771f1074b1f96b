#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

// id 1234, recursion desired, one question: API.kiosk.example A IN
const Bytes query =
    hex("1234 0100 0001 0000 0000 0000"
        "03 415049 05 6b696f736b 07 6578616d706c65 00 0001 0001");
// The answer: CNAME edge.kiosk.example, A 203.0.113.10 (names compressed)
const Bytes answer =
    hex("1234 8180 0001 0002 0000 0000"
        "03 415049 05 6b696f736b 07 6578616d706c65 00 0001 0001"
        "c00c 0005 0001 0000003c 0007 04 65646765 c010"
        "c02f 0001 0001 0000003c 0004 cb00710a");

TEST(Dns, AQueryIsLabelledInLowerCaseAndKeepsItsOwnCase) {
  Tap tap;
  tap.packet(udp(true, 53, query));
  const Message& m = tap.finish().at(0);
  EXPECT_EQ(m.protocol, "dns");
  EXPECT_EQ(m.message, "query A api.kiosk.example");
  EXPECT_EQ(value(m, "qname"), "API.kiosk.example");
  EXPECT_EQ(value(m, "qtype"), "A");
  EXPECT_EQ(m.size, 35u);
}

TEST(Dns, AnAnswerIsReadAndNamesTheAddressAsItWasAskedFor) {
  Tap tap;
  tap.packet(udp(true, 53, query));
  tap.packet(udp(false, 53, answer));
  Connection connection(tap, 8080);
  connection.open();
  connection.up(hex("00ff00ff"));
  ASSERT_EQ(tap.finish().size(), 3u);
  EXPECT_EQ(tap.messages[1].message, "response A api.kiosk.example");
  EXPECT_EQ(value(tap.messages[1], "rcode"), "NOERROR");
  EXPECT_EQ(value(tap.messages[1], "answer"), "CNAME edge.kiosk.example & A 203.0.113.10");
  EXPECT_EQ(tap.messages[2].peer.name, "api.kiosk.example");
}

TEST(Dns, AnUnknownTypeHasItsNumberAndAnEmptyNameIsTheRoot) {
  Tap tap;
  tap.packet(udp(true, 53, hex("0001 0100 0001 0000 0000 0000 00 fe12 0001")));
  EXPECT_EQ(tap.finish().at(0).message, "query TYPE65042 .");
}

TEST(Dns, IsKnownByItsContentOnAnotherPort) {
  Tap tap;
  tap.packet(udp(true, 15353, query));
  EXPECT_EQ(tap.finish().at(0).protocol, "dns");
}

TEST(Dns, BytesThatDoNotParseAreMalformedOnPort53AndADatagramElsewhere) {
  Bytes loop = query;
  loop[12] = 0xc0;  // the name points at itself
  loop[13] = 0x0c;
  Tap tap;
  tap.packet(udp(true, 53, loop));
  tap.packet(udp(true, 15353, loop));
  ASSERT_EQ(tap.finish().size(), 2u);
  EXPECT_TRUE(tap.messages[0].malformed);
  EXPECT_EQ(tap.messages[0].notes.at(0), "DNS message cannot be read at byte 12");
  EXPECT_EQ(tap.messages[1].protocol, "udp");
}

TEST(Dns, NetBiosNamesAreNotDns) {
  Tap tap;
  Bytes netbios = hex("1234 0110 0001 0000 0000 0000 20");
  netbios = netbios + text("EKEDFEEICACACACACACACACACACACAAA") + hex("00 0020 0001");
  tap.packet(udp(true, 137, netbios, 137));
  EXPECT_EQ(tap.finish().at(0).protocol, "udp");
}

TEST(Dns, OverTcpAMessageStandsBehindItsLength) {
  const Exchange exchange{hex("0023") + query + hex("0023") + query, hex("0046") + answer, 53};
  Tap tap;
  Connection connection(tap, 53);
  connection.open();
  connection.up(exchange.up);
  connection.down(exchange.down);
  connection.close();
  ASSERT_EQ(tap.finish().size(), 3u);
  EXPECT_EQ(tap.messages[1].message, "query A api.kiosk.example");
  EXPECT_EQ(tap.messages[2].message, "response A api.kiosk.example");
  check_every_boundary(exchange);
}

TEST(Dns, EveryCutIsToldAsSomething) {
  check_every_cut(query, 53);
  check_every_cut(answer, 53);
  check_every_cut(query, 15353);
}

}  // namespace
}  // namespace brewproof::wire
