// tshark on what no room claims. Without tshark these tests are skipped.
#include "rig/crosscheck/read_alone.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/crosscheck/traffic.h"

namespace brewproof {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Not;

// RFC 1157: version 0, community "public", get-request 1 of sysDescr.0.
const char* const snmp_get =
    "30 26 02 01 00 04 06 70 75 62 6c 69 63 a0 19 02 01 01 02 01 00 02 01 00 30 0e 30 0c 06 08 2b "
    "06 "
    "01 02 01 01 01 00 05 00";

/// nullopt where there is no tshark: the test is to be skipped.
std::optional<CrossCheck> checked(Traffic& traffic, std::vector<KeptMessage>& messages,
                                  const CrossCheckSettings& settings) {
  messages = traffic.decode();
  auto check = cross_check(traffic.captures(), messages, settings);
  if (!check && check.error().code == ErrorCode::host) return std::nullopt;
  EXPECT_TRUE(check) << check.error().message;
  if (!check) return CrossCheck{};
  for (const Unheard& unheard : check->unheard) ADD_FAILURE() << unheard.why;
  return std::move(*check);
}

std::vector<std::string> fields_of(const KeptMessage& message) {
  std::vector<std::string> fields;
  for (const FieldView& field : message.fields())
    fields.push_back(fmt::format("{}={}", field.path, field.value));
  return fields;
}

TEST(ReadAlone, ADatagramThatNoRoomClaimsGetsTsharksFieldsAndName) {
  Traffic traffic;
  traffic.udp(true, 161, wire::hex(snmp_get));
  std::vector<KeptMessage> messages;
  const auto check = checked(traffic, messages, traffic.settings());
  if (!check) GTEST_SKIP() << "tshark is not installed";
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0].protocol(), "snmp");
  EXPECT_EQ(messages[0].message(), "datagram 40..49 B");
  EXPECT_THAT(fields_of(messages[0]), Contains("tshark:snmp.version=0"));
  EXPECT_THAT(fields_of(messages[0]), Contains("tshark:snmp.community=public"));
  EXPECT_THAT(fields_of(messages[0]), Contains("tshark:snmp.request_id=1"));
  EXPECT_THAT(messages[0].notes(), Contains("read by tshark alone: one opinion"));
  EXPECT_EQ(check->read_alone, (std::vector<ReadAlone>{{"snmp", 1}}));
  EXPECT_GT(check->up_explained, 0u);
  EXPECT_EQ(check->up_explained, messages[0].value_bytes);
}

// Field names of carriers, and conclusions that have no bytes, are not the message's.
TEST(ReadAlone, WhatCarriesTheMessageAndWhatTsharkConcludesStaysOut) {
  Traffic traffic;
  traffic.udp(true, 161, wire::hex(snmp_get));
  std::vector<KeptMessage> messages;
  if (!checked(traffic, messages, traffic.settings())) GTEST_SKIP() << "tshark is not installed";
  for (const FieldView& field : messages.at(0).fields()) {
    EXPECT_FALSE(field.path.starts_with("tshark:udp.")) << field.path;
    EXPECT_FALSE(field.path.starts_with("tshark:ip.")) << field.path;
    EXPECT_FALSE(field.path.starts_with("tshark:frame.")) << field.path;
    EXPECT_EQ(field.path.find("_ws."), std::string::npos) << field.path;
  }
}

TEST(ReadAlone, AStreamThatNoRoomClaimsIsReadTurnByTurn) {
  Traffic traffic;
  traffic.tcp(true, 502, {}, 0x02);
  traffic.tcp(false, 502, {}, 0x12);
  traffic.tcp(true, 502, wire::hex("00 01 00 00 00 06 01 03 00 6b 00 03"));
  traffic.tcp(false, 502, wire::hex("00 01 00 00 00 09 01 03 06 02 2b 00 00 00 64"));
  std::vector<KeptMessage> messages;
  const auto check = checked(traffic, messages, traffic.settings());
  if (!check) GTEST_SKIP() << "tshark is not installed";
  ASSERT_EQ(messages.size(), 2u);
  for (const KeptMessage& message : messages) EXPECT_EQ(message.protocol(), "mbtcp");
  const bool first = messages[0].from_dut;
  const std::vector<std::string> up = fields_of(messages[first ? 0 : 1]);
  const std::vector<std::string> down = fields_of(messages[first ? 1 : 0]);
  EXPECT_THAT(up, Contains("tshark:modbus.reference_num=107"));
  EXPECT_THAT(up, Not(Contains("tshark:modbus.byte_cnt=6")));
  EXPECT_THAT(down, Contains("tshark:modbus.byte_cnt=6"));
  EXPECT_THAT(down, Contains("tshark:modbus.regval_uint16=555"));
}

TEST(ReadAlone, WhatTsharkDoesNotKnowEitherStaysWhatItWas) {
  Traffic traffic;
  traffic.udp(true, 40001, wire::hex("f3 91 05 e0 aa 17 c4 08 99 30 21"));
  std::vector<KeptMessage> messages;
  const auto check = checked(traffic, messages, traffic.settings());
  if (!check) GTEST_SKIP() << "tshark is not installed";
  EXPECT_EQ(messages.at(0).protocol(), "udp");
  EXPECT_THAT(messages[0].notes(), IsEmpty());
  EXPECT_THAT(check->read_alone, IsEmpty());
}

// Else the messages of one kind would fall apart into two, by tshark's success.
TEST(ReadAlone, AConversationThatTsharkReadsInPartKeepsItsName) {
  Traffic traffic;
  traffic.udp(true, 161, wire::hex(snmp_get));
  traffic.udp(true, 161, wire::hex("30 26 02 01 00 04 7f 70 75"));
  std::vector<KeptMessage> messages;
  if (!checked(traffic, messages, traffic.settings())) GTEST_SKIP() << "tshark is not installed";
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[0].protocol(), "udp");
  EXPECT_THAT(fields_of(messages[0]), Contains("tshark:snmp.community=public"));
  EXPECT_EQ(messages[1].protocol(), "udp");
}

TEST(ReadAlone, BeyondItsLimitNobodyIsAskedAndThatIsCounted) {
  Traffic traffic;
  for (int i = 0; i < 3; ++i) traffic.udp(true, 161, wire::hex(snmp_get));
  CrossCheckSettings settings = traffic.settings();
  settings.alone.messages = 2;
  std::vector<KeptMessage> messages;
  const auto check = checked(traffic, messages, settings);
  if (!check) GTEST_SKIP() << "tshark is not installed";
  EXPECT_EQ(check->not_asked, 1u);
  EXPECT_EQ(check->read_alone, (std::vector<ReadAlone>{{"snmp", 2}}));
  EXPECT_THAT(messages.at(2).notes(), IsEmpty());
  for (const KeptMessage& message : messages) EXPECT_EQ(message.protocol(), "udp");
}

TEST(ReadAlone, FieldsBeyondTheirLimitAreLeftOutWithANote) {
  Traffic traffic;
  traffic.udp(true, 161, wire::hex(snmp_get));
  CrossCheckSettings settings = traffic.settings();
  settings.alone.fields = 1;
  std::vector<KeptMessage> messages;
  if (!checked(traffic, messages, settings)) GTEST_SKIP() << "tshark is not installed";
  EXPECT_THAT(messages.at(0).notes(),
              Contains("tshark shows more than 1 fields: the rest is left out"));
}

// The program's own output may be anything: names that are no fields, texts that obey a terminal.
TEST(ReadAlone, HostileOutputBecomesHarmlessFieldsOrNone) {
  Traffic traffic;
  traffic.udp(true, 40001, wire::hex("01 02 03 04"));
  const CrossCheckSettings settings = traffic.with_script(R"(cat <<'END'
  {
    "_source": {
      "layers": {
        "frame": {"frame.number": "1"},
        "ip": {"ip.src": "10.77.0.50", "ip.dst": "203.0.113.10"},
        "udp": {"udp.srcport": "40000", "udp.dstport": "40001"},
        "Evil\u001b[2J": {"a.b_raw": ["01", 0, 1, 0, 4], "a.b": "\u001b[2J\u0007x",
                          "a|json:/b.c_raw": ["02", 1, 1, 0, 4], "a|json:/b.c": "1",
                          "_ws.x_raw": ["03", 2, 1, 0, 4], "_ws.x": "1"},
        "good": {"good.n_raw": ["ff", 3, 1, 0, 4], "good.n": "0x00ff"}
      }
    }
  }
END)");
  std::vector<KeptMessage> messages;
  const auto check = checked(traffic, messages, settings);
  ASSERT_TRUE(check);
  std::vector<std::string> theirs;
  for (const FieldView& field : messages.at(0).fields())
    if (field.path.starts_with("tshark:"))
      theirs.push_back(fmt::format("{}={}", field.path, field.value));
  EXPECT_EQ(theirs, (std::vector<std::string>{"tshark:a.b=?[2J?x", "tshark:good.n=255"}));
  EXPECT_EQ(messages[0].protocol(), "good");
}

}  // namespace
}  // namespace brewproof
