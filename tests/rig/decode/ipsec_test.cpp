#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

// IKE_SA_INIT request: nonce of 4 bytes, notification 16388 (NAT_DETECTION_SOURCE_IP), vendor id.
const Bytes sa_init =
    hex("0102030405060708 0000000000000000 28 20 22 08 00000000 0000003a"
        "29 00 0008 a1a2a3a4"
        "2b 00 000e 00 00 4004 d1d2d3d4d5d6"
        "00 00 0008 6b393520");
// IKE_AUTH response whose encrypted payload is all there is.
const Bytes auth =
    hex("0102030405060708 1112131415161718 2e 20 23 20 00000001 0000002c"
        "24 00 0010 c1c2c3c4c5c6c7c8c9cacbcc");
const Bytes esp = hex("c0ffee01 00000007 000102030405060708090a0b0c0d0e0f");

TEST(Ipsec, IkeIsKnownByItsHeaderAndTellsWhatStandsOpen) {
  const Message m = decode_one(udp(true, 500, sa_init, 500));
  EXPECT_EQ(m.protocol, "ike");
  EXPECT_EQ(m.message, "sa init request");
  EXPECT_EQ(value(m, "initiator"), "0102030405060708");
  EXPECT_EQ(value(m, "responder"), "0000000000000000");
  EXPECT_EQ(value(m, "version"), "2");
  EXPECT_EQ(value(m, "payloads"), "40,41,43");
  EXPECT_EQ(value(m, "nonce"), "a1a2a3a4");
  EXPECT_EQ(value(m, "notification"), "16388");
  EXPECT_EQ(value(m, "vendor_id"), "k95 ");
  EXPECT_EQ(m.sealed_bytes, 0u);
}

TEST(Ipsec, AnEncryptedPayloadIsSealed) {
  const Message m = decode_one(udp(false, 500, auth, 500));
  EXPECT_EQ(m.message, "auth response");
  EXPECT_EQ(value(m, "payloads"), "46");
  EXPECT_EQ(m.sealed_bytes, 12u);
}

TEST(Ipsec, TheFirstVersionIsSealedBehindItsHeaderOnceItEncrypts) {
  const Message m = decode_one(udp(
      true, 500, hex("0102030405060708 1112131415161718 08 10 20 01 00000009 00000020 aabbccdd")));
  EXPECT_EQ(m.message, "quick mode");
  EXPECT_EQ(value(m, "version"), "1");
  EXPECT_EQ(m.sealed_bytes, 4u);
}

TEST(Ipsec, BehindTranslationIkeIsMarkedByZerosAndTheRestIsEsp) {
  const Message ike = decode_one(udp(true, 4500, hex("00000000") + sa_init, 4500));
  EXPECT_EQ(ike.protocol, "ike");
  EXPECT_EQ(ike.size, 62u);
  const Message sealed = decode_one(udp(true, 4500, esp, 4500));
  EXPECT_EQ(sealed.protocol, "esp");
  EXPECT_EQ(sealed.message, "packet 20..29 B");
  EXPECT_EQ(value(sealed, "index"), "3237998081");
  EXPECT_EQ(value(sealed, "sequence"), "7");
  EXPECT_EQ(sealed.sealed_bytes, 16u);
  EXPECT_EQ(decode_one(udp(true, 4500, hex("ff"), 4500)).message, "keep alive");
}

TEST(Ipsec, EspOfItsOwnProtocolIsSealed) {
  const Message m = decode_one(ipv4(true, 50, esp));
  EXPECT_EQ(m.protocol, "esp");
  EXPECT_EQ(m.sealed_bytes, 16u);
  EXPECT_EQ(decode_one(ipv4(true, 50, hex("c0ffee01"))).notes.at(0),
            "ESP header is cut off at byte 0");
}

TEST(Ipsec, APayloadThatRunsOutIsMalformed) {
  Bytes broken = sa_init;
  broken[31] = 0x40;
  const Message m = decode_one(udp(true, 500, broken, 500));
  EXPECT_TRUE(m.malformed);
  EXPECT_EQ(m.notes.at(0), "IKE payload 40 has a length of 64 bytes, 30 are there");
}

TEST(Ipsec, OtherBytesAreDatagramsAlsoOnItsPort) {
  Bytes other = sa_init;
  other[17] = 0x30;  // version 3
  EXPECT_EQ(decode_one(udp(true, 500, other, 500)).protocol, "udp");
  Bytes longer = sa_init;
  longer.push_back(0);
  EXPECT_EQ(decode_one(udp(true, 500, longer, 500)).protocol, "udp");
  EXPECT_EQ(
      decode_one(udp(true, 4500, hex("000000ff 00000001 000102030405060708090a0b"), 4500)).protocol,
      "udp");  // indexes below 256 are reserved
}

TEST(Ipsec, EveryCutIsToldAsSomething) {
  check_every_cut(sa_init, 500);
  check_every_cut(esp, 4500);
}

}  // namespace
}  // namespace brewproof::wire
