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

Message dns(const Bytes& bytes) { return decode_one(udp(true, 53, bytes)); }

TEST(Dns, AQueryIsLabelledInLowerCaseAndKeepsItsOwnCase) {
  const Message m = dns(query);
  EXPECT_EQ(m.protocol, "dns");
  EXPECT_EQ(m.message, "query A api.kiosk.example");
  EXPECT_EQ(value(m, "id"), "4660");
  EXPECT_EQ(value(m, "flags"), "rd");
  EXPECT_EQ(value(m, "qname"), "API.kiosk.example");
  EXPECT_EQ(value(m, "qtype"), "A");
  EXPECT_EQ(value(m, "qclass"), "(none)");
  EXPECT_EQ(m.size, 35u);
  EXPECT_EQ(m.value_bytes, 2u + 19 + 2);  // id, name, type
}

TEST(Dns, AnAnswerIsReadAndNamesTheAddressAsItWasAskedFor) {
  Tap tap;
  tap.packet(udp(true, 53, query));
  tap.packet(udp(false, 53, answer));
  Connection connection(tap, 8080);
  connection.open();
  connection.up(hex("00ff00ff"));
  ASSERT_EQ(tap.finish().size(), 3u);
  const Message& m = tap.messages[1];
  EXPECT_EQ(m.message, "response A api.kiosk.example");
  EXPECT_EQ(value(m, "flags"), "rd ra");
  EXPECT_EQ(value(m, "rcode"), "NOERROR");
  EXPECT_EQ(value(m, "answer"), "CNAME edge.kiosk.example & A 203.0.113.10");
  EXPECT_EQ(value(m, "answer_name"), "edge.kiosk.example");  // where it is not the one asked for
  EXPECT_EQ(value(m, "answer_ttl"), "60 & 60");
  EXPECT_EQ(tap.messages[2].peer.name, "api.kiosk.example");
}

TEST(Dns, AllSectionsAreFields) {
  // no such name: SOA of the root in authority, an address of another name in additional
  const Message m =
      dns(hex("1234 8583 0001 0000 0001 0001 0161 00 0001 0001"
              "00 0006 0001 00000e10 001a 0162 00 0163 00"
              "00000001 00000002 00000003 00000004 00000005"
              "0164 00 0001 0001 00000e10 0004 0a4d0001"));
  EXPECT_EQ(value(m, "flags"), "aa rd ra");
  EXPECT_EQ(value(m, "rcode"), "NXDOMAIN");
  EXPECT_EQ(value(m, "authority_name"), ".");
  EXPECT_EQ(value(m, "authority"), "SOA b c 1 2 3 4 5");
  EXPECT_EQ(value(m, "authority_ttl"), "3600");
  EXPECT_EQ(value(m, "additional_name"), "d");
  EXPECT_EQ(value(m, "additional"), "A 10.77.0.1");
  EXPECT_FALSE(m.malformed);
}

TEST(Dns, AnUnknownTypeHasItsNumberAndAnEmptyNameIsTheRoot) {
  EXPECT_EQ(dns(hex("0001 0100 0001 0000 0000 0000 00 fe12 0001")).message, "query TYPE65042 .");
}

TEST(Dns, AnotherClassIsTold) {
  EXPECT_EQ(value(dns(hex("0001 0100 0001 0000 0000 0000 00 0010 0003")), "qclass"), "CH");
}

TEST(Dns, OtherOperationsHaveTheirOwnWord) {
  EXPECT_EQ(dns(hex("0001 2000 0001 0000 0000 0000 0161 00 0006 0001")).message, "notify SOA a");
  EXPECT_EQ(dns(hex("0001 a800 0001 0000 0000 0000 0161 00 0006 0001")).message,
            "update response SOA a");
}

TEST(Dns, IsKnownByItsContentOnAnotherPort) {
  EXPECT_EQ(decode_one(udp(true, 15353, query)).protocol, "dns");
}

TEST(Dns, BytesThatDoNotParseAreMalformedOnPort53AndADatagramElsewhere) {
  Bytes loop = query;
  loop[12] = 0xc0;  // the name points at itself
  loop[13] = 0x0c;
  const Message m = dns(loop);
  EXPECT_TRUE(m.malformed);
  EXPECT_EQ(m.notes.at(0), "DNS message cannot be read at byte 12");
  EXPECT_EQ(value(m, "rest").size(), 2 * 23u);
  EXPECT_EQ(m.unexplained_bytes, 23u);
  EXPECT_EQ(decode_one(udp(true, 15353, loop)).protocol, "udp");
}

TEST(Dns, BytesBehindTheMessageAreUnexplained) {
  const Message m = dns(query + hex("0badcafe"));
  EXPECT_EQ(m.notes.at(0), "4 bytes follow the DNS message");
  EXPECT_EQ(value(m, "trailer"), "0badcafe");
  EXPECT_EQ(m.unexplained_bytes, 4u);
}

TEST(Dns, NetBiosNamesAreNotDns) {
  Bytes netbios = hex("1234 0110 0001 0000 0000 0000 20");
  netbios = netbios + text("EKEDFEEICACACACACACACACACACACAAA") + hex("00 0020 0001");
  EXPECT_EQ(decode_one(udp(true, 137, netbios, 137)).protocol, "udp");
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
  EXPECT_EQ(tap.messages[1].size, 37u);
  EXPECT_EQ(tap.messages[2].message, "response A api.kiosk.example");
  check_every_boundary(exchange);
}

TEST(Dns, MulticastAnswersNeedNoQuestionAndNameTheirOwner) {
  Tap tap;
  // Kiosk.local A 203.0.113.10 with the bit that makes others forget what they knew
  tap.packet(udp(false, 5353,
                 hex("0000 8400 0000 0001 0000 0000"
                     "05 4b696f736b 05 6c6f63616c 00 0001 8001 00000078 0004 cb00710a"),
                 5353));
  tap.packet(udp(true, 9999, hex("00")));
  ASSERT_EQ(tap.finish().size(), 2u);
  EXPECT_EQ(tap.messages[0].protocol, "mdns");
  EXPECT_EQ(tap.messages[0].message, "response A kiosk.local");
  EXPECT_EQ(value(tap.messages[0], "answer_name"), "Kiosk.local");
  EXPECT_EQ(tap.messages[1].peer.name, "kiosk.local");
}

TEST(Dns, AMulticastQuestionMayWantItsAnswerAlone) {
  const Message m = decode_one(
      udp(true, 5353, hex("0000 0000 0001 0000 0000 0000 05 5f68747470 05 6c6f63616c 00 000c 8001"),
          5353));
  EXPECT_EQ(m.message, "query PTR _http.local");
  EXPECT_EQ(value(m, "unicast_wanted"), "true");
  EXPECT_EQ(value(m, "qclass"), "(none)");
}

TEST(Dns, LinkLocalNamesAreAProtocolOfTheirOwn) {
  const Message m =
      decode_one(udp(true, 5355, hex("0001 0000 0001 0000 0000 0000 05 6b696f736b 00 0001 0001")));
  EXPECT_EQ(m.protocol, "llmnr");
  EXPECT_EQ(m.message, "query A kiosk");
}

TEST(Dns, EveryCutIsToldAsSomething) {
  check_every_cut(query, 53);
  check_every_cut(answer, 53);
  check_every_cut(query, 15353);
}

}  // namespace
}  // namespace brewproof::wire
