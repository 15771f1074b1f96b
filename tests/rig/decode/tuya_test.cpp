// Two frames are a plug's and a sensor's own, from github.com/codetheweb/tuyapi
// (tuya_F2.0_protocol.txt) and github.com/iot-pwn/weather-or-not (README.md); the others were made
// with openssl enc and an AES-GCM worked out from NIST SP 800-38D, by the layouts that
// github.com/jasonacox/tinytuya describes.
#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

constexpr std::uint16_t port = 6668;

const Bytes heartbeat = hex("000055aa 00000000 00000009 00000008 65930c22 0000aa55");
const Bytes status_33 =
    hex("000055aa 00000000 00000008 0000004b 00000000 332e33 00000000 0000bff9 00000001"
        "a2ec212cfc0b56f9f9ffcf338f1a9cc2 28f97f4fe589aa05ff40797a138a0870"
        "315db88089aea73b6dd13375727aacca d788fb8b 0000aa55");
// {"dps":{"1":true}}
const Bytes status_31 =
    hex("000055aa 00000003 00000008 0000001e 00000000 7b22647073223a7b2231223a747275657d7d ea8f8a06"
        "0000aa55");
const Bytes control_31 =
    hex("000055aa 00000002 00000007 0000002b 332e31 61316232633364346535663630373138"
        "6147567362473867643239796247513d bacdc910 0000aa55");
// {"ip":"10.77.0.50","gwId":"bf97","version":"3.3"}
const Bytes sealed_broadcast =
    hex("0f81c2ddac99d608a92ea0e565c2d6a4c8d1c1ce0c0b8a0a7b58a2c6eade2239a12cca4d6fbacc176ce6a40154"
        "ed7232627f2c3d9c4744585e471b6a2fc479ca");
const Bytes broadcast_33 = hex("000055aa 00000000 00000013 0000004c 00000000") + sealed_broadcast +
                           hex("f309702a 0000aa55");
const Bytes broadcast_31 = hex("000055aa 00000000 00000000 0000003d 00000000") +
                           text(R"({"ip":"10.77.0.50","gwId":"bf97","version":"3.3"})") +
                           hex("3d98e1f5 0000aa55");
const Bytes broadcast_35 =
    hex("00006699 0000 00000007 00000013 00000051 303132333435363738396162"
        "042ce52c1986e9abb3bec8436085ee353137da21b2aa910b6304c8f476fe0f8d5f03d5b53277696555c56a5248"
        "8cf9a4eb8a04ae8e 729e3ea431af78dce0ec3f9e9dd80828 00009966");

/// What the device says as the one that listens, the phone having called.
std::vector<Message> said(const Bytes& up, const Bytes& down = {}) {
  Tap tap;
  Connection connection(tap, 50000, port);
  if (!up.empty()) connection.up(up);
  if (!down.empty()) connection.down(down);
  const auto& messages = tap.finish();
  check_byte_classes(messages);
  return messages;
}

TEST(Tuya, AFrameHasItsCommandByNameAndItsSequence) {
  const auto messages = said(heartbeat + heartbeat);
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[0].protocol, "tuya");
  EXPECT_EQ(messages[0].message, "heartbeat");
  EXPECT_EQ(value(messages[0], "sequence"), "0");
  EXPECT_EQ(messages[0].size, 24u);
  EXPECT_TRUE(messages[0].notes.empty());
}

TEST(Tuya, Version31TellsItsStatusOpenlyAndSealsCommands) {
  const auto messages = said(status_31, control_31);
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[0].message, "status");
  EXPECT_EQ(value(messages[0], "sequence"), "3");
  EXPECT_EQ(value(messages[0], "result"), "0");
  EXPECT_EQ(value(messages[0], "payload|json:/dps/1"), "true");
  EXPECT_EQ(messages[0].sealed_bytes, 0u);
  EXPECT_EQ(messages[1].message, "control 50..59 B");
  EXPECT_EQ(value(messages[1], "version"), "3.1");
  EXPECT_EQ(value(messages[1], "digest"), "a1b2c3d4e5f60718");
  EXPECT_EQ(messages[1].sealed_bytes, 16u);
  EXPECT_EQ(messages[1].notes.at(0), "sealed: the device's local key is not known");
}

TEST(Tuya, Version33SealsAllButWhoSendsIt) {
  const Message m = said(status_33).at(0);
  EXPECT_EQ(m.message, "status 90..99 B");
  EXPECT_EQ(value(m, "result"), "0");
  EXPECT_EQ(value(m, "version"), "3.3");
  EXPECT_EQ(value(m, "source_crc"), "0");
  EXPECT_EQ(value(m, "source_sequence"), "49145");
  EXPECT_EQ(value(m, "source"), "1");
  EXPECT_EQ(m.size, 91u);
  EXPECT_EQ(m.sealed_bytes, 48u);
  EXPECT_EQ(m.value_bytes, 4u + 4 + 15);
  EXPECT_EQ(m.notes, std::vector<std::string>{"sealed: the device's local key is not known"});
}

TEST(Tuya, Version34HasACheckSumThatNeedsItsKey) {
  const Message m = said(hex("000055aa 00000005 00000004 00000048 00000000") + Bytes(32, 0xa5) +
                         Bytes(32, 0x5a) + hex("0000aa55"))
                        .at(0);
  EXPECT_EQ(m.message, "key answer 80..89 B");
  EXPECT_EQ(m.sealed_bytes, 32u);
  EXPECT_EQ(m.notes, std::vector<std::string>{"sealed: the device's local key is not known"});
}

TEST(Tuya, Version35IsSealedWithItsResult) {
  const Message m = said(broadcast_35).at(0);  // over TCP nobody knows its key
  EXPECT_EQ(m.message, "discovery 19 100..109 B");
  EXPECT_EQ(value(m, "sequence"), "7");
  EXPECT_EQ(m.size, 103u);
  EXPECT_EQ(m.sealed_bytes, 53u);
}

TEST(Tuya, BroadcastsAreOpenedWithTheKeyThatEverybodyKnows) {
  for (const Bytes& bytes : {broadcast_33, broadcast_35, sealed_broadcast}) {
    const Message m = decode_one(udp(true, 6667, bytes));
    EXPECT_EQ(m.protocol, "tuya");
    EXPECT_TRUE(m.message.starts_with("discovery")) << m.message;
    EXPECT_EQ(value(m, "payload|aes|json:/gwId"), "bf97");
    EXPECT_EQ(m.sealed_bytes, 0u);
    EXPECT_TRUE(m.notes.empty());
  }
  EXPECT_EQ(decode_one(udp(true, 6667, broadcast_33)).value_bytes, 64u + 4 + 4);
  EXPECT_EQ(decode_one(udp(true, 6667, broadcast_35)).value_bytes, 53u + 4);
  const Message open = decode_one(udp(true, 6666, broadcast_31));
  EXPECT_EQ(open.message, "discovery");
  EXPECT_EQ(value(open, "payload|json:/ip"), "10.77.0.50");
}

TEST(Tuya, ABroadcastUnderAnotherKeyStaysSealed) {
  Bytes other = broadcast_35;
  other[40] ^= 1;
  const Message m = decode_one(udp(true, 6667, other));
  EXPECT_EQ(m.sealed_bytes, 53u);
  Bytes bare = sealed_broadcast;
  bare.back() ^= 1;
  EXPECT_EQ(decode_one(udp(true, 6667, bare)).protocol, "udp");
  EXPECT_EQ(decode_one(udp(true, 5000, sealed_broadcast)).protocol, "udp");
}

TEST(Tuya, AWrongCheckSumIsNoted) {
  Bytes changed = status_31;
  changed[25] ^= 1;
  EXPECT_EQ(said(changed).at(0).notes.at(0), "the check sum is not that of the message");
}

TEST(Tuya, APayloadThatCannotBeSealedBlocksIsUnexplained) {
  const Message m =
      said(hex("000055aa 00000001 00000008 0000000d 8001020304 00000000 0000aa55")).at(0);
  EXPECT_EQ(m.unexplained_bytes, 5u);
  EXPECT_EQ(m.notes.back(), "the payload's 5 bytes are neither text nor sealed blocks");
}

TEST(Tuya, HostileFramesAreToldWithTheirOffset) {
  const Bytes endless = hex("000055aa 00000001 00000008 7fffffff 01");
  const Bytes endless_35 = hex("00006699 0000 00000001 00000008 0000001b 01");
  Bytes unended = heartbeat;
  unended.back() = 0;
  const auto messages =
      said(heartbeat + endless + heartbeat + endless_35 + unended + hex("ff") + heartbeat);
  ASSERT_EQ(messages.size(), 6u);
  EXPECT_EQ(messages[1].notes.at(0), "Tuya length 2147483647 cannot be, at byte 12");
  EXPECT_EQ(messages[1].size, 17u);
  EXPECT_EQ(messages[1].unexplained_bytes, 17u);
  EXPECT_EQ(messages[2].message, "heartbeat");
  EXPECT_EQ(messages[3].notes.at(0), "Tuya length 27 cannot be, at byte 14");
  EXPECT_EQ(messages[4].notes.at(0), "no 0000aa55 ends the Tuya frame, at byte 20");
  EXPECT_EQ(messages[4].size, 25u);
  EXPECT_EQ(messages[5].message, "heartbeat");
}

TEST(Tuya, WhatFollowsAFrameInADatagramIsUnexplained) {
  const Message m = decode_one(udp(true, 6666, broadcast_31 + hex("010203")));
  EXPECT_EQ(m.notes.at(0), "3 bytes follow the Tuya frame");
  EXPECT_EQ(m.unexplained_bytes, 3u);
  const Message cut =
      decode_one(udp(true, 6666, Bytes(broadcast_31.begin(), broadcast_31.end() - 9)));
  EXPECT_EQ(cut.notes.at(0), "Tuya frame is cut off at byte 68 of 77");
}

TEST(Tuya, EveryCutIsToldAsSomething) {
  check_every_boundary({status_31 + heartbeat + status_33, control_31 + broadcast_35, port});
  check_every_cut(broadcast_33, 6667);
  check_every_cut(broadcast_35, 6667);
}

}  // namespace
}  // namespace brewproof::wire
