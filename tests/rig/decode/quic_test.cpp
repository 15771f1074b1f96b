#include <numeric>

#include "tests/rig/decode/quic_vectors.h"

namespace brewproof::wire {
namespace {

TEST(Quic, AClientsFirstPacketTellsWhomItWantsOnAnyPort) {
  const Message m = decode_one(udp(true, 5000, quic_client_initial()));
  EXPECT_EQ(m.protocol, "quic");
  EXPECT_EQ(m.message, "client hello");
  EXPECT_EQ(value(m, "quic_version"), "1");
  EXPECT_EQ(value(m, "destination_id"), "8394c8f03e515708");
  EXPECT_EQ(value(m, "sni"), "example.com");
  EXPECT_EQ(value(m, "alpn"), "alpn");
  EXPECT_EQ(value(m, "ja4").substr(0, 4), "q13d");
  EXPECT_EQ(m.peer.name, "example.com");
  EXPECT_EQ(m.size, 1200u);
  EXPECT_EQ(m.sealed_bytes, 0u);
  EXPECT_FALSE(m.malformed);
}

TEST(Quic, Version2HasItsOwnKeys) {
  const Message m = decode_one(udp(true, 443, quic_v2_client_initial()));
  EXPECT_EQ(m.message, "client hello");
  EXPECT_EQ(value(m, "quic_version"), "2");
  EXPECT_EQ(value(m, "sni"), "example.com");
}

TEST(Quic, TheServersHelloOpensOnceTheClientsWasSeen) {
  Tap tap;
  tap.packet(udp(true, 443, quic_client_initial()));
  tap.packet(udp(false, 443, quic_server_initial()));
  ASSERT_EQ(tap.finish().size(), 2u);
  EXPECT_EQ(tap.messages[1].message, "server hello");
  EXPECT_EQ(value(tap.messages[1], "source_id"), "f067a5502a4262b5");
  EXPECT_EQ(tap.messages[1].size, 135u);
  check_byte_classes(tap.messages);
  const Message alone = decode_one(udp(false, 443, quic_server_initial()));
  EXPECT_EQ(alone.message, "initial 130..139 B");  // its keys are not known
  EXPECT_EQ(alone.sealed_bytes, 117u);             // all behind the 18 bytes of header
}

TEST(Quic, AHelloInSeveralPacketsIsOneMessageInWhateverOrderTheyCome) {
  for (const bool turned : {false, true}) {
    Tap tap;
    tap.packet(udp(true, 443, turned ? quic_second_part() : quic_first_part()));
    EXPECT_EQ(tap.messages.size(), 0u);
    tap.packet(udp(true, 443, turned ? quic_first_part() : quic_second_part()));
    ASSERT_EQ(tap.finish().size(), 1u) << turned;
    const Message& m = tap.messages[0];
    EXPECT_EQ(m.message, "client hello");
    EXPECT_EQ(value(m, "sni"), "example.com");
    EXPECT_EQ(m.size, quic_first_part().size() + quic_second_part().size());
    EXPECT_EQ(m.first.frame, 1u);
    EXPECT_EQ(m.last.frame, 2u);
  }
}

TEST(Quic, APartOfAHelloThatNeverBecomesWholeIsToldAsFarAsItCame) {
  Tap tap;
  tap.packet(udp(true, 443, quic_first_part()));
  ASSERT_EQ(tap.finish().size(), 1u);
  const Message& m = tap.messages[0];
  EXPECT_EQ(m.message, "client hello");
  EXPECT_TRUE(m.gap);
  EXPECT_FALSE(m.malformed);
  EXPECT_EQ(m.notes.at(0), "the rest of its hello did not come: the capture ends");
  EXPECT_EQ(value(m, "sni"), "example.com");
}

TEST(Quic, ACopyOfAHelloIsAnInitialPacket) {
  Tap tap;
  tap.packet(udp(true, 443, quic_client_initial()));
  tap.packet(udp(true, 443, quic_client_initial()));
  ASSERT_EQ(tap.finish().size(), 2u);
  EXPECT_EQ(tap.messages[1].message, "initial");
  EXPECT_EQ(value(tap.messages[1], "number"), "2");
}

TEST(Quic, ClosingIsToldWithItsReason) {
  Tap tap;
  tap.packet(udp(true, 443, quic_first_part()));
  tap.packet(udp(true, 443, quic_second_part()));
  tap.packet(udp(true, 443, quic_close()));
  ASSERT_EQ(tap.finish().size(), 2u);
  EXPECT_EQ(tap.messages[1].message, "close");
  EXPECT_EQ(value(tap.messages[1], "error"), "10");
  EXPECT_EQ(value(tap.messages[1], "reason"), "bye");
}

TEST(Quic, AFrameThatAnInitialPacketMayNotCarryIsMalformed) {
  const Message m = decode_one(udp(true, 443, quic_wrong_frame()));
  EXPECT_TRUE(m.malformed);
  EXPECT_EQ(m.notes.at(0), "frame type 48 at byte 0 of an Initial packet");
}

// A Handshake packet for c1c2c3c4 with 20 sealed bytes, then one with a short header.
const Bytes handshake = hex("e0 00000001 04 c1c2c3c4 08 f067a5502a4262b5 4014") + Bytes(20, 0xaa);
const Bytes short_header = hex("41 c1c2c3c4") + Bytes(30, 0xbb);

TEST(Quic, WhatFollowsTheHellosIsSealedPacketByPacket) {
  Tap tap;
  tap.packet(udp(true, 443, quic_first_part()));
  tap.packet(udp(true, 443, quic_second_part()));
  tap.packet(udp(false, 443, handshake + short_header));
  tap.pass(100'000'000'000);  // silence does not end it
  tap.packet(udp(false, 443, short_header));
  tap.packet(udp(true, 443, short_header));
  ASSERT_EQ(tap.finish().size(), 5u);
  EXPECT_EQ(tap.messages[1].message, "handshake 40..49 B");
  EXPECT_EQ(tap.messages[1].size, handshake.size());
  EXPECT_EQ(tap.messages[1].sealed_bytes, 20u);
  EXPECT_EQ(tap.messages[2].message, "packet 30..39 B");
  EXPECT_EQ(tap.messages[2].size, 35u);
  EXPECT_EQ(tap.messages[2].sealed_bytes, 30u);  // the id's length is known: the client chose it
  EXPECT_EQ(tap.messages[3].flow, 1u);
  EXPECT_EQ(tap.messages[4].sealed_bytes, 34u);  // the server's is not
  for (const Message& m : tap.messages) EXPECT_EQ(m.protocol, "quic");
  ASSERT_EQ(tap.totals().tls.size(), 1u);
  const TlsTally& tally = tap.totals().tls.begin()->second;
  EXPECT_EQ(tally.seen, 1u);
  EXPECT_EQ(tally.opened, 0u);
  EXPECT_EQ(tally.sealed.at("quic").sessions, 1u);
  EXPECT_EQ(tally.sealed.at("quic").some.at(0).first, tap.messages[1].first);
  EXPECT_EQ(tally.sealed.at("quic").some.at(0).client_random, value(tap.messages[0], "random"));
}

TEST(Quic, PaddingBehindAPacketIsItsOwn) {
  const Message m = decode_one(udp(true, 443, quic_server_initial() + Bytes(100, 0)));
  EXPECT_EQ(m.size, 235u);
}

TEST(Quic, RetryAndVersionNegotiationAreRecognised) {
  // RFC 9001 appendix A.4: token "token", then 16 bytes of integrity tag
  const Message retry = decode_one(udp(
      false, 443, hex("ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f0f2496ba")));
  EXPECT_EQ(retry.message, "retry");
  EXPECT_EQ(value(retry, "token"), "746f6b656e");
  const Bytes offer = hex("80 00000000 04 c1c2c3c4 00 00000001 6b3343cf 1a2a3a4a");
  const Message negotiation = decode_one(udp(false, 443, offer));
  EXPECT_EQ(negotiation.message, "version negotiation");
  EXPECT_EQ(value(negotiation, "version"), "1 & 2 & 0x1a2a3a4a");
  EXPECT_EQ(decode_one(udp(false, 5000, offer)).protocol, "udp");
}

TEST(Quic, WhatCannotBeOpenedIsQuicOnItsPortAlone) {
  EXPECT_EQ(decode_one(udp(false, 5000, quic_server_initial())).protocol, "udp");
  EXPECT_EQ(decode_one(udp(true, 5000, handshake)).protocol, "udp");
  EXPECT_EQ(decode_one(udp(true, 443, short_header)).protocol, "udp");
  Bytes version_3 = quic_client_initial();
  version_3[4] = 3;
  EXPECT_EQ(decode_one(udp(true, 443, version_3)).protocol, "udp");
  Bytes damaged = quic_client_initial();
  damaged[600] ^= 1;
  EXPECT_EQ(decode_one(udp(true, 5000, damaged)).protocol, "udp");
  EXPECT_EQ(decode_one(udp(true, 443, damaged)).message, "initial 1200..1299 B");
}

TEST(Quic, EveryCutIsToldAsSomething) {
  check_every_cut(quic_server_initial(), 443);
  check_every_cut(quic_first_part(), 443);
  check_every_cut(handshake, 443);
}

}  // namespace
}  // namespace brewproof::wire
