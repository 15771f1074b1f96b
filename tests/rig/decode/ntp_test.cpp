#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

// Version 4, mode 3 (client), everything zero but poll, precision and the transmit time:
// 0xec5a3f10.8 = 3965337360.5 s since 1900 = 1756348560.5 s since 1970.
const Bytes request =
    hex("23 00 06 ec 00000000 00000000 00000000 0000000000000000"
        "0000000000000000 0000000000000000 ec5a3f1080000000");
// A server of stratum 2 that has its time from 192.0.2.1, delay 1/64 s, dispersion 1.5 s.
const Bytes response =
    hex("24 02 06 ec 00000400 00018000 c0000201 ec5a3f0000000000"
        "ec5a3f1080000000 ec5a3f1090000000 ec5a3f1090001000");

Message ntp(const Bytes& bytes) { return decode_one(udp(true, 123, bytes, 123)); }

TEST(Ntp, AClientRequestIsReadOnItsPort) {
  const Message m = ntp(request);
  EXPECT_EQ(m.protocol, "ntp");
  EXPECT_EQ(m.message, "client");
  EXPECT_EQ(m.peer.port, 123);
  EXPECT_EQ(value(m, "version"), "4");
  EXPECT_EQ(value(m, "poll"), "6");
  EXPECT_EQ(value(m, "precision"), "-20");
  EXPECT_EQ(value(m, "receive_time"), "0");
  EXPECT_EQ(value(m, "transmit_time"), "2025-08-28T02:36:00.500000000Z");
  EXPECT_EQ(value(m, "sntp"), "(none)");
  EXPECT_EQ(m.value_bytes, 47u);  // all but the byte of flags
}

TEST(Ntp, AServersAnswerHasAllFieldsOfItsHeader) {
  const Message m = decode_one(udp(false, 123, response, 123));
  EXPECT_EQ(m.message, "server");
  EXPECT_EQ(value(m, "leap"), "0");
  EXPECT_EQ(value(m, "stratum"), "2");
  EXPECT_EQ(value(m, "root_delay"), "0.015625");
  EXPECT_EQ(value(m, "root_dispersion"), "1.500000");
  EXPECT_EQ(value(m, "reference"), "192.0.2.1");
  EXPECT_EQ(value(m, "reference_time"), "2025-08-28T02:35:44.000000000Z");
  EXPECT_EQ(value(m, "origin_time"), "2025-08-28T02:36:00.500000000Z");
  EXPECT_EQ(value(m, "transmit_time"), "2025-08-28T02:36:00.562500953Z");
}

TEST(Ntp, ASimpleClientIsToldAsOne) {
  Bytes simple = hex("1b");
  simple.resize(48);
  const Message m = ntp(simple);
  EXPECT_EQ(m.message, "client");
  EXPECT_EQ(value(m, "version"), "3");
  EXPECT_EQ(value(m, "sntp"), "true");
  EXPECT_EQ(value(m, "transmit_time"), "0");
}

TEST(Ntp, ARefusalHasItsWord) {
  Bytes refusal = response;
  refusal[1] = 0;
  const Bytes rate = text("RATE");
  std::copy(rate.begin(), rate.end(), refusal.begin() + 12);
  EXPECT_EQ(value(ntp(refusal), "reference"), "RATE");
}

TEST(Ntp, TheNextEraBeginsIn2036) {
  Bytes later = request;
  std::fill(later.begin() + 40, later.end(), std::uint8_t{0});
  later[43] = 1;  // a second after the era began
  EXPECT_EQ(value(ntp(later), "transmit_time"), "2036-02-07T06:28:17.000000000Z");
}

TEST(Ntp, AnAuthenticatorIsKeptApart) {
  const Message m = ntp(request + hex("00000001 00112233445566778899aabbccddeeff"));
  EXPECT_EQ(value(m, "authenticator"), "0000000100112233445566778899aabbccddeeff");
}

TEST(Ntp, WhatNetworkTimeSecurityEncryptsIsSealed) {
  // Unique identifier (16 bytes), cookie (20 bytes), authenticator (24 bytes), each behind 4 bytes.
  const Message m = ntp(request + hex("0104 0014") + Bytes(16, 0x11) + hex("0204 0018") +
                        Bytes(20, 0x22) + hex("0404 001c") + Bytes(24, 0x33));
  EXPECT_EQ(value(m, "extension:0104"), "11111111111111111111111111111111");
  EXPECT_EQ(value(m, "extension:0204").size(), 40u);
  EXPECT_EQ(m.sealed_bytes, 44u);
  EXPECT_EQ(value(m, "authenticator"), "(none)");
}

TEST(Ntp, TheControlModeIsRecognisedOnItsPort) {
  // Response to "read variables", sequence 1, association 0, 12 bytes of text.
  const Bytes control = hex("16 82 0001 0615 0000 0000 000c") + text("stratum=2,\r\n");
  const Message m = ntp(control);
  EXPECT_EQ(m.message, "control read variables response");
  EXPECT_EQ(value(m, "sequence"), "1");
  EXPECT_EQ(value(m, "payload"), "stratum=2,\r\n");
  EXPECT_EQ(decode_one(udp(true, 4123, control)).protocol, "udp");
}

TEST(Ntp, ThePrivateModeIsRecognisedOnItsPort) {
  const Message m = ntp(hex("17 00 03 2a 0000 0000"));
  EXPECT_EQ(m.message, "private request");
  EXPECT_EQ(value(m, "code"), "42");
}

TEST(Ntp, AClientRequestIsReadOnAnyPort) {
  EXPECT_EQ(decode_one(udp(true, 4123, request)).protocol, "ntp");
}

TEST(Ntp, FortyEightOtherBytesOnAnotherPortAreADatagram) {
  Bytes other = request;
  other[4] = 1;  // a client that knows a root delay but no server
  const Message m = decode_one(udp(true, 4123, other));
  EXPECT_EQ(m.protocol, "udp");
  EXPECT_EQ(m.message, "datagram 40..49 B");
}

TEST(Ntp, EveryCutIsToldAsSomething) { check_every_cut(request, 123); }

}  // namespace
}  // namespace brewproof::wire
