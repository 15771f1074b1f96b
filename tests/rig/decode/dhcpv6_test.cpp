#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

Message decode(const Bytes& bytes) { return decode_one(udp(true, 547, bytes, 546)); }

// Solicit: client id (DUID-LL), elapsed 10 ms, option request 23 and 24, an empty IA_NA, FQDN,
// vendor class of enterprise 9 "k95".
const Bytes solicit =
    hex("01 a1b2c3"
        "0001 000a 00030001 02c0ffee0001"
        "0008 0002 0001"
        "0006 0004 0017 0018"
        "0003 000c 00000007 00000e10 00001518"
        "0027 0007 00 05 6b696f736b"
        "0010 0009 00000009 0003 6b3935");

TEST(Dhcpv6, ASolicitTellsWhoTheMachineSaysItIs) {
  const Message m = decode(solicit);
  EXPECT_EQ(m.protocol, "dhcpv6");
  EXPECT_EQ(m.message, "solicit");
  EXPECT_EQ(value(m, "transaction"), "10597059");
  EXPECT_EQ(value(m, "client_id"), "0003000102c0ffee0001");
  EXPECT_EQ(value(m, "elapsed"), "1");
  EXPECT_EQ(value(m, "fingerprint"), "23,24");
  EXPECT_EQ(value(m, "association"), "7");
  EXPECT_EQ(value(m, "renewal_time"), "3600");
  EXPECT_EQ(value(m, "client_fqdn"), "kiosk");  // a partial name has no end
  EXPECT_EQ(value(m, "vendor"), "9");
  EXPECT_EQ(value(m, "vendor_class"), "k95");
  EXPECT_FALSE(m.malformed);
}

TEST(Dhcpv6, AReplyHoldsItsAddressInsideTheAssociation) {
  const Message m =
      decode(hex("07 a1b2c3"
                 "0002 000a 00030001 02c0ffee00fe"
                 "0003 0028 00000007 00000e10 00001518"
                 "0005 0018 20010db8000000000000000000000050 00000e10 00001c20"
                 "0017 0010 20010db8000000000000000000000001"
                 "0018 0005 03 6c616e 00"
                 "000d 0004 0000 6f6b"
                 "1234 0001 78"));
  EXPECT_EQ(m.message, "reply");
  EXPECT_EQ(value(m, "address"), "2001:db8::50");
  EXPECT_EQ(value(m, "valid_lifetime"), "7200");
  EXPECT_EQ(value(m, "dns_server"), "2001:db8::1");
  EXPECT_EQ(value(m, "domain_search"), "lan");
  EXPECT_EQ(value(m, "status"), "0");
  EXPECT_EQ(value(m, "status_text"), "ok");
  EXPECT_EQ(value(m, "option:4660"), "x");
}

TEST(Dhcpv6, ADelegatedPrefixIsReadWithItsWidth) {
  const Message m =
      decode(hex("07 a1b2c3 0019 0029 00000007 00000e10 00001518"
                 "001a 0019 00000e10 00001c20 38 20010db8000100000000000000000000"));
  EXPECT_EQ(value(m, "prefix"), "2001:db8:1::/56");
}

TEST(Dhcpv6, WhatARelayWrapsIsReadToo) {
  const Message m =
      decode(hex("0c 01 20010db8000000000000000000000001"
                 "fe80000000000000000000000000aaaa"
                 "0012 0003 657468"
                 "0009 000a 01 a1b2c3 0008 0002 0001"));
  EXPECT_EQ(m.message, "relay forward");
  EXPECT_EQ(value(m, "relayed_peer"), "fe80::aaaa");
  EXPECT_EQ(value(m, "interface_id"), "eth");
  EXPECT_EQ(value(m, "elapsed"), "1");
}

TEST(Dhcpv6, AnOptionShorterThanItsKindIsMalformed) {
  const Message m = decode(hex("01 a1b2c3 0003 0002 0102"));
  EXPECT_TRUE(m.malformed);
  EXPECT_EQ(m.notes.at(0), "DHCPv6 option 3 has 2 of 12 bytes");
  EXPECT_EQ(value(m, "option:3"), "0102");
}

TEST(Dhcpv6, OtherBytesOnItsPortAndItsBytesOnOtherPortsAreDatagrams) {
  EXPECT_EQ(decode(hex("01 a1b2c3 0001 0009 00")).protocol, "udp");  // the option runs out
  EXPECT_EQ(decode(hex("2a a1b2c3")).protocol, "udp");               // no such message
  EXPECT_EQ(decode_one(udp(true, 5000, solicit, 5001)).protocol, "udp");
}

TEST(Dhcpv6, EveryCutIsToldAsSomething) { check_every_cut(solicit, 547); }

}  // namespace
}  // namespace brewproof::wire
