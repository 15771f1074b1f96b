#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

/// As github.com/softScheck/tplink-smartplug says: the key is 171 and then each byte that was made.
Bytes veiled(std::string_view text) {
  Bytes bytes;
  std::uint8_t key = 171;
  for (const char c : text) bytes.push_back(key = static_cast<std::uint8_t>(c) ^ key);
  return bytes;
}
Bytes behind_length(std::string_view text) {
  return Bytes{0, 0, static_cast<std::uint8_t>(text.size() >> 8),
               static_cast<std::uint8_t>(text.size())} +
         veiled(text);
}

constexpr std::string_view ask = R"({"system":{"get_sysinfo":null}})";
constexpr std::string_view answer =
    R"({"system":{"get_sysinfo":{"alias":"kiosk","relay_state":1,"err_code":0}}})";

TEST(TpLink, TheVeilIsTheOneOfThePlugs) {
  // The beginning that every dump of these devices shows.
  EXPECT_EQ(veiled("{\"sys"), hex("d0 f2 81 f8 8b"));
}

TEST(TpLink, ARequestAndItsResponseAreJsonUnderTheVeil) {
  Tap tap;
  Connection connection(tap, 9999);
  connection.open();
  connection.up(behind_length(ask));
  connection.down(behind_length(answer));
  const auto& messages = tap.finish();
  ASSERT_EQ(messages.size(), 2u);
  check_byte_classes(messages);
  EXPECT_EQ(messages[0].protocol, "tplink");
  EXPECT_EQ(messages[0].message, "request system.get_sysinfo");
  EXPECT_EQ(value(messages[0], "payload|xor:auto|json:/system/get_sysinfo"), "null");
  EXPECT_EQ(messages[0].size, 4 + ask.size());
  EXPECT_EQ(messages[0].value_bytes, ask.size());
  EXPECT_EQ(messages[1].message, "response system.get_sysinfo");
  EXPECT_EQ(value(messages[1], "payload|xor:auto|json:/system/get_sysinfo/alias"), "kiosk");
  EXPECT_EQ(value(messages[1], "payload|xor:auto|json:/system/get_sysinfo/relay_state"), "1");
}

TEST(TpLink, ADatagramHasNoLength) {
  const Message m = decode_one(udp(true, 9999, veiled(ask)));
  EXPECT_EQ(m.protocol, "tplink");
  EXPECT_EQ(m.message, "request system.get_sysinfo");
  EXPECT_EQ(m.size, ask.size());
  EXPECT_EQ(decode_one(udp(true, 5000, veiled(answer))).message, "response system.get_sysinfo");
  EXPECT_EQ(decode_one(udp(true, 5000, veiled("{\"system\":"))).protocol, "udp");
}

TEST(TpLink, TheDeviceThatIsMeantIsNoMethod) {
  const Message m = decode_one(udp(
      true, 9999,
      veiled(R"({"context":{"child_ids":["8006"]},"system":{"set_relay_state":{"state":1}}})")));
  EXPECT_EQ(m.message, "request system.set_relay_state");
  EXPECT_EQ(value(m, "payload|xor:auto|json:/context/child_ids/0"), "8006");
  EXPECT_EQ(decode_one(udp(true, 9999, veiled("{}"))).message, "request");
}

TEST(TpLink, WhatIsNoJsonUnderTheVeilIsKeptAndSaid) {
  const Message m = decode_one(udp(true, 9999, veiled("{\"system\":")));
  EXPECT_EQ(m.protocol, "tplink");
  EXPECT_EQ(value(m, "payload|xor:auto"), "{\"system\":");
  ASSERT_FALSE(m.notes.empty());
  EXPECT_TRUE(m.notes[0].starts_with("payload|xor:auto is not JSON: ")) << m.notes[0];
  EXPECT_NE(m.notes[0].find(" at byte "), std::string::npos) << m.notes[0];
}

TEST(TpLink, AHostileLengthIsNotWaitedFor) {
  Tap tap;
  Connection connection(tap, 9999);
  connection.up(behind_length(ask));
  connection.up(hex("7fffffff d0f2"));
  connection.up(behind_length(ask));
  connection.up(hex("00000009 ffffff"));
  connection.down(hex("7fffffff d0f2"));  // nor claimed
  const auto& messages = tap.finish();
  ASSERT_EQ(messages.size(), 5u);
  check_byte_classes(messages);
  EXPECT_EQ(messages[1].message, "malformed");
  EXPECT_EQ(messages[1].notes.at(0), "TP-Link length 2147483647 cannot be, at byte 0");
  EXPECT_EQ(messages[1].unexplained_bytes, 6u);
  EXPECT_EQ(messages[2].message, "request system.get_sysinfo");
  EXPECT_EQ(messages[3].notes.at(0), "TP-Link message holds no object at byte 4");
  EXPECT_EQ(messages[4].protocol, "tcp");
}

TEST(TpLink, ZerosAreNotIts) {
  Tap tap;
  Connection connection(tap, 9999);
  connection.up(hex("00000004 00000004"));
  EXPECT_EQ(tap.finish().at(0).protocol, "tcp");
}

TEST(TpLink, EveryCutIsToldAsSomething) {
  check_every_boundary({behind_length(ask), behind_length(answer), 9999});
  check_every_cut(veiled(ask), 9999);
}

}  // namespace
}  // namespace brewproof::wire
