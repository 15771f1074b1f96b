// Two frames are a plug's and a sensor's own, from github.com/codetheweb/tuyapi
// (tuya_F2.0_protocol.txt) and github.com/iot-pwn/weather-or-not (README.md); the others were made
// with openssl enc and an AES-GCM worked out from NIST SP 800-38D, by the layouts that
// github.com/jasonacox/tinytuya describes.
#include <fmt/format.h>

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

// Sealed with the local key below by another program (Python's cryptography), by the steps of
// tinytuya/core/XenonDevice.py; nonces are 0123456789abcdef and f0f1..ff.
constexpr char local_key[] = "TUYA_LOCAL_KEY bf97 a1B2c3D4e5F6#7$8\n";
constexpr char other_key[] = "TUYA_LOCAL_KEY * 00112233445566778899aabbccddeeff\n";
const Bytes keyed_31 =
    hex("000055aa000000020000000700000047332e3166386461616238646132393831613037416d38576c4f466668"
        "53623732596c64574b586e363236344959436a4c46746d67476777566d46724b70733defeba0c40000aa55");
const Bytes keyed_33 =
    hex("000055aa00000000000000080000003b00000000332e33000000000000000500000001026f1694e15f8526fb"
        "d9895d58a5e7ebd0ecf11abbc5b171a392dca18bfc99ac5a5644620000aa55");
const Bytes query_33 =
    hex("000055aa000000010000000a00000028f22ecfa791fee4c1f0b999227e2eb3e8df2b9eb402ca00cf708d6e63"
        "4caa518fc65b431b0000aa55");
const Bytes empty_33 =
    hex("000055aa0000000400000009000000184f4459ef61efa76ef48ffac8a0fa5834a90488f20000aa55");
const Bytes start_34 =
    hex("000055aa000000010000000300000044a7f6980b0a626d076ac2891e8756a4b24f4459ef61efa76ef48ffac8"
        "a0fa5834b8e8884ac9a43c4a73409bb912d765469b1acf4595ff0e883bfb296296e4486d0000aa55");
const Bytes answer_34 =
    hex("000055aa000000010000000400000068000000006ca645285d3f54d778a69b3edaceda4375656205390e7b96"
        "f17c3418c912f3cc05f2699afa083a9aeea4dfbc3f8520b44f4459ef61efa76ef48ffac8a0fa5834ca628be2"
        "45892ddb430b8d39c58b908f6e10f3f3114a8fe9cd2874534272199d0000aa55");
const Bytes finish_34 =
    hex("000055aa00000002000000050000005449b65a9108627f1838a3fb64662b566dc14f0d68aabdf5e2df3cf81b"
        "e45178344f4459ef61efa76ef48ffac8a0fa5834c9982661c52750e352e9c51b79be5e81b88fe68641d2a88e"
        "bfe8517afdd03a920000aa55");
const Bytes status_34 =
    hex("000055aa00000007000000080000005800000000be248789541f35d5d2d546c96a6c3bd1966a4cb97792016b"
        "257f499531a103de4b0404967cb5dc81580730e3808d37d2a79ce4f076df35533c6a3934b79bc94056b7a3d4"
        "deafb8ef463fef111dd81a0b0000aa55");
const Bytes start_35 =
    hex("00006699000000000001000000030000002c3031323334353637383930310ad780d103e2ec12f74140ad8b93"
        "f9057d38f5862c779531fb2fd57891c1c88800009966");
const Bytes answer_35 =
    hex("000066990000000000010000000400000050313132333435363738393031f4a2d9013e82fd1012e1ca79dc9d"
        "eff5de1d7cc09d4a208d673f7f5be6231eddd2a99eb6aea7177c1d474489fca8c7c1e3527acddd07818fbb10"
        "137bef3332bc82f3e82400009966");
const Bytes finish_35 =
    hex("00006699000000000002000000050000003c3231323334353637383930318e9181b9790ae84006a5ed33da48"
        "f1410b9ab862f4d3d09b060c0def9f5de38a2d9266d7b5cfd0823ebf58d2276af5ab00009966");
const Bytes status_35 =
    hex("000066990000000000090000000800000041333132333435363738393031340b40b9cbd2082b34ece8948e57"
        "bcecd4dd4e73ec4f0415e82caf26f5107da7a3aeb54c7405af9448b78112add7077220d952d81700009966");

/// What the device says as the one that listens, the phone having called.
std::vector<Message> said(const Bytes& up, const Bytes& down = {}, std::string_view keys = {}) {
  Tap tap;
  tap.learn(keys);
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

/// A phone's and a device's frames in turn, and what became of the session.
std::string spoken(const std::vector<std::pair<bool, Bytes>>& turns, std::string_view keys) {
  Tap tap;
  tap.learn(keys);
  Connection connection(tap, 50000, port);
  for (const auto& [up, bytes] : turns) up ? connection.up(bytes) : connection.down(bytes);
  const auto& messages = tap.finish();
  check_byte_classes(messages);
  std::string text;
  for (const Message& message : messages) {
    text += message.message + (message.sealed_bytes != 0 ? " sealed" : "");
    if (const std::string cents = value(message, "payload|aes|json:/dps/20"); cents != "(none)")
      text += " " + cents;
    if (const std::string cents = value(message, "payload|aes|json:/data/dps/20");
        cents != "(none)")
      text += " " + cents;
    text += "\n";
  }
  for (const auto& [peer, tally] : tap.totals().tls)
    for (const auto& [why, sealed] : tally.sealed)
      text += fmt::format("{} {}: {}\n", peer.address, why, sealed.sessions);
  return text;
}

TEST(Tuya, ALocalKeyOpensVersions31And33) {
  const auto messages = said(keyed_33 + empty_33, keyed_31 + query_33, local_key);
  ASSERT_EQ(messages.size(), 4u);
  EXPECT_EQ(messages[0].message, "status");
  EXPECT_EQ(value(messages[0], "payload|aes|json:/dps/20"), "180");
  EXPECT_EQ(value(messages[0], "source_sequence"), "5");
  EXPECT_EQ(messages[0].sealed_bytes, 0u);
  EXPECT_EQ(messages[0].value_bytes, 32u + 4 + 4 + 15);
  EXPECT_TRUE(messages[0].notes.empty());
  EXPECT_EQ(messages[1].message, "heartbeat");
  EXPECT_EQ(messages[2].message, "control");
  EXPECT_EQ(value(messages[2], "payload|aes|json:/dps/1"), "true");
  EXPECT_EQ(messages[2].sealed_bytes, 0u);
  EXPECT_EQ(value(messages[3], "payload|aes|json:/gwId"), "bf97");
}

TEST(Tuya, AKeyInHexIsTheSameKey) {
  EXPECT_EQ(spoken({{true, keyed_33}}, "TUYA_LOCAL_KEY * 61314232633344346535463623372438\n"),
            "status 180\n");
}

TEST(Tuya, TheSessionKeyOfVersions34And35IsWorkedOut) {
  const std::string opened = "key start\nkey answer\nkey finish\nstatus 180\n";
  for (const auto& turns :
       {std::vector<std::pair<bool, Bytes>>{
            {false, start_34}, {true, answer_34}, {false, finish_34}, {true, status_34}},
        {{false, start_35}, {true, answer_35}, {false, finish_35}, {true, status_35}}}) {
    EXPECT_EQ(spoken(turns, std::string(other_key) + local_key), opened);
    EXPECT_EQ(spoken({turns[3]}, local_key).substr(0, 7), "status ");
    EXPECT_NE(spoken({turns[3]}, local_key).find("tuya-wrong-key: 1"), std::string::npos)
        << "the session key was agreed on before";
  }
}

TEST(Tuya, ASessionThatStaysSealedSaysWhetherAKeyIsMissingOrWrong) {
  EXPECT_EQ(spoken({{true, keyed_33}, {true, keyed_33}}, {}),
            "status 70..79 B sealed\nstatus 70..79 B sealed\n203.0.113.10 tuya-no-key: 1\n");
  EXPECT_EQ(spoken({{true, keyed_33}, {false, keyed_31}}, other_key),
            "status 70..79 B sealed\ncontrol 80..89 B sealed\n203.0.113.10 tuya-wrong-key: 1\n");
  EXPECT_EQ(said(keyed_33, {}, other_key).at(0).notes.at(0),
            "sealed: none of the local keys that were given (1) opens it, or its session key was "
            "agreed on before the capture");
}

TEST(Tuya, AChangedFrameUnderAKeyThatProvesItStaysSealed) {
  for (Bytes changed : {start_34, start_35, keyed_31}) {
    changed[changed.size() / 2] ^= 1;
    EXPECT_NE(said({}, changed, local_key).at(0).sealed_bytes, 0u) << changed.size();
  }
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
  check_every_boundary({keyed_33, keyed_31 + start_35, port});
}

}  // namespace
}  // namespace brewproof::wire
