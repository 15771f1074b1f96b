#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

/// An open record with one whole handshake message.
Bytes handshake(std::string_view type, std::uint8_t sequence, const Bytes& body,
                std::string_view version = "fefd") {
  const auto size = static_cast<std::uint8_t>(body.size());
  const Bytes length = {0, 0, size};
  const Bytes message = hex(type) + length + Bytes{0, sequence} + hex("000000") + length + body;
  return hex("16") + hex(version) + hex("0000 000000000000") +
         Bytes{0, static_cast<std::uint8_t>(message.size())} + message;
}

/// Offers ECDHE-ECDSA-AES128-GCM and names kiosk.example.
Bytes client_hello(std::string_view cookie) {
  return hex("fefd") + Bytes(32, 0xaa) + hex("00") + hex(cookie) + hex("0002 c02b 01 00") +
         hex("0016 0000 0012 0010 00 000d") + text("kiosk.example");
}
const Bytes server_hello = hex("fefd") + Bytes(32, 0xbb) + hex("00 c02b 00");
const Bytes sealed = hex("17 fefd 0001 000000000005 0014") + Bytes(20, 0xcc);

TEST(Dtls, AClientHelloTellsWhomItWantsAlsoBehindACookie) {
  for (const char* cookie : {"00", "04 deadbeef"}) {
    const Message m = decode_one(udp(true, 5000, handshake("01", 0, client_hello(cookie))));
    EXPECT_EQ(m.protocol, "dtls");
    EXPECT_EQ(m.message, "client hello");
    EXPECT_EQ(value(m, "version"), "DTLS 1.2");
    EXPECT_EQ(value(m, "sni"), "kiosk.example");
    EXPECT_EQ(value(m, "ja4").substr(0, 7), "dd2d010");
    EXPECT_EQ(m.peer.name, "kiosk.example");
    EXPECT_FALSE(m.malformed);
    EXPECT_EQ(value(m, "cookie"), cookie[1] == '0' ? "(none)" : "deadbeef");
  }
}

TEST(Dtls, TheHandshakeIsReadUntilItIsSealed) {
  Tap tap;
  tap.packet(udp(true, 5684, handshake("01", 0, client_hello("00"))));
  tap.packet(udp(false, 5684, handshake("03", 0, hex("feff 04 deadbeef"), "feff")));
  tap.packet(udp(true, 5684, handshake("01", 1, client_hello("04 deadbeef"))));
  tap.packet(udp(false, 5684, handshake("02", 1, server_hello) + handshake("0e", 2, {})));
  tap.packet(udp(true, 5684,
                 hex("14 fefd 0000 000000000003 0001 01"
                     "16 fefd 0001 000000000000 0004 01020304")));
  tap.packet(udp(true, 5684, sealed));
  tap.packet(udp(false, 5684, hex("15 fefd 0000 000000000004 0002 0228")));
  ASSERT_EQ(tap.finish().size(), 9u);
  check_byte_classes(tap.messages);
  const auto& m = tap.messages;
  EXPECT_EQ(m[1].message, "hello verify request");
  EXPECT_EQ(value(m[1], "cookie"), "deadbeef");
  EXPECT_EQ(value(m[1], "version"), "DTLS 1.0");
  EXPECT_EQ(m[3].message, "server hello");
  EXPECT_EQ(m[4].message, "server hello done");
  EXPECT_EQ(m[4].size, 25u);
  EXPECT_EQ(m[5].message, "change cipher spec");
  EXPECT_EQ(m[6].message, "finished");
  EXPECT_EQ(m[6].sealed_bytes, 4u);
  EXPECT_EQ(m[7].message, "record 20..29 B");
  EXPECT_EQ(m[7].size, 33u);
  EXPECT_EQ(m[7].sealed_bytes, 20u);
  EXPECT_EQ(m[8].message, "alert handshake_failure");
  EXPECT_EQ(value(m[8], "level"), "2");
}

/// The hello of 66 bytes in two fragments, each in a record of its own.
const Bytes whole = client_hello("00");
const Bytes first = hex("16 fefd 0000 000000000000 0034 01 000042 0000 000000 000028") +
                    Bytes(whole.begin(), whole.begin() + 40);
const Bytes second = hex("16 fefd 0000 000000000001 0026 01 000042 0000 000028 00001a") +
                     Bytes(whole.begin() + 40, whole.end());

TEST(Dtls, WhatStaysSealedIsASessionWithItsReason) {
  Tap tap;
  tap.packet(udp(true, 5684, handshake("01", 0, client_hello("00"))));
  for (int i = 0; i < 3; ++i) tap.packet(udp(true, 5684, sealed));
  // Another one, of which nothing is sealed.
  tap.packet(udp(true, 5684, hex("15 fefd 0000 000000000004 0002 0228"), 40001));
  tap.finish();
  ASSERT_EQ(tap.totals().tls.size(), 1u);
  const auto& [peer, tally] = *tap.totals().tls.begin();
  EXPECT_EQ(peer, (Endpoint{"kiosk.example", "203.0.113.10", 5684}));
  EXPECT_EQ(
      tally,
      (TlsTally{1, 0, {{"dtls", {1, 0, {{tap.messages[1].first, to_hex(Bytes(32, 0xaa))}}}}}}));
}

TEST(Dtls, FragmentsAreOneMessageInWhateverOrderTheyCome) {
  for (const bool turned : {false, true}) {
    Tap tap;
    tap.packet(udp(true, 5684, turned ? second : first));
    EXPECT_EQ(tap.messages.size(), 0u);
    tap.packet(udp(true, 5684, turned ? first : second));
    ASSERT_EQ(tap.finish().size(), 1u);
    EXPECT_EQ(value(tap.messages[0], "sni"), "kiosk.example");
    EXPECT_EQ(tap.messages[0].size, 66u + 2 * 25);
    EXPECT_EQ(tap.messages[0].last.frame, 2u);
  }
}

TEST(Dtls, AFragmentAloneIsToldAsFarAsItCame) {
  Tap tap;
  tap.packet(udp(true, 5684, first));
  ASSERT_EQ(tap.finish().size(), 1u);
  EXPECT_EQ(tap.messages[0].message, "client hello");
  EXPECT_TRUE(tap.messages[0].gap);
  EXPECT_EQ(tap.messages[0].notes.at(0), "cut off after 40 of 66 bytes: the capture ends");
}

TEST(Dtls, ACopyIsNoted) {
  Tap tap;
  tap.packet(udp(true, 5684, handshake("01", 0, whole)));
  tap.packet(udp(true, 5684, handshake("01", 0, whole)));
  ASSERT_EQ(tap.finish().size(), 2u);
  EXPECT_EQ(tap.messages[1].notes.at(0), "a copy of a message that came before");
}

TEST(Dtls, TheShortHeaderOfVersion3IsReadInAKnownConversation) {
  // Both lengths of the number, with and without a length of the record.
  const Bytes with_length = hex("2e 0102 0011") + Bytes(17, 0xdd);
  const Bytes without = hex("22 01") + Bytes(20, 0xee);
  Tap tap;
  tap.packet(udp(true, 5684, handshake("01", 0, whole)));
  tap.packet(udp(true, 5684, with_length + without));
  ASSERT_EQ(tap.finish().size(), 3u);
  EXPECT_EQ(tap.messages[1].message, "record 10..19 B");
  EXPECT_EQ(tap.messages[1].sealed_bytes, 17u);
  EXPECT_EQ(tap.messages[2].message, "record 20..29 B");
  EXPECT_EQ(tap.messages[2].size, 22u);
  EXPECT_EQ(decode_one(udp(true, 5684, with_length)).protocol, "udp");
}

TEST(Dtls, AFragmentThatCannotBeIsMalformed) {
  const Message m = decode_one(
      udp(true, 5684, hex("16 fefd 0000 000000000000 000d 01 000004 0000 000004 000001 00")));
  EXPECT_TRUE(m.malformed);
  EXPECT_EQ(m.notes.at(0), "no handshake fragment at byte 13");
  EXPECT_EQ(m.unexplained_bytes, 13u);
}

TEST(Dtls, RecordsMustFillTheDatagram) {
  EXPECT_EQ(decode_one(udp(true, 5684, sealed + hex("00"))).protocol, "udp");
  Bytes version = sealed;
  version[2] = 0xfc;
  EXPECT_EQ(decode_one(udp(true, 5684, version)).protocol, "udp");
  Tap tap;  // but where the conversation is known
  tap.packet(udp(true, 5684, sealed));
  tap.packet(udp(true, 5684, sealed + hex("00")));
  ASSERT_EQ(tap.finish().size(), 3u);
  EXPECT_EQ(tap.messages[2].notes.at(0), "no DTLS record at byte 33");
}

TEST(Dtls, EveryCutIsToldAsSomething) {
  check_every_cut(sealed, 5684);
  check_every_cut(first, 5684);
}

}  // namespace
}  // namespace brewproof::wire
