#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

// CONNECT, level 4, clean session, keep-alive 60 s, client "KD00412"
const Bytes connect = hex("10 13 0004 4d515454 04 02 003c 0007 4b443030343132");
const Bytes connack = hex("20 02 00 00");

Bytes publish(std::string_view topic, std::string_view payload, int qos = 0, bool dup = false,
              std::uint16_t id = 0) {
  Bytes body = {0, static_cast<std::uint8_t>(topic.size())};
  body = body + text(topic);
  if (qos != 0)
    body = body + Bytes{static_cast<std::uint8_t>(id >> 8), static_cast<std::uint8_t>(id)};
  body = body + text(payload);
  return Bytes{static_cast<std::uint8_t>(0x30 | (dup ? 8 : 0) | qos << 1),
               static_cast<std::uint8_t>(body.size())} +
         body;
}

TEST(Mqtt, AConnectTellsTheClient) {
  Tap tap;
  Connection connection(tap, 1883);
  connection.open();
  connection.up(connect);
  connection.down(connack);
  ASSERT_EQ(tap.finish().size(), 2u);
  const Message& m = tap.messages[0];
  EXPECT_EQ(m.protocol, "mqtt");
  EXPECT_EQ(m.message, "CONNECT");
  EXPECT_EQ(value(m, "client"), "KD00412");
  EXPECT_EQ(value(m, "keepalive"), "60");
  EXPECT_EQ(value(m, "clean"), "true");
  EXPECT_EQ(tap.messages[1].message, "CONNACK");
  EXPECT_EQ(value(tap.messages[1], "code"), "0");
}

TEST(Mqtt, APublishHasTopicLevelsAndJsonFields) {
  Tap tap;
  Connection connection(tap, 18830);
  connection.open();
  connection.up(connect);
  connection.up(publish("kiosk/KD00412/brew", R"({"drink":"latte","ml":240})"));
  connection.up(publish("t", "21.5") + hex("c000"));
  ASSERT_EQ(tap.finish().size(), 4u);
  const Message& m = tap.messages[1];
  EXPECT_EQ(m.message, "PUBLISH kiosk/KD00412/brew");
  EXPECT_EQ(value(m, "topic:1"), "KD00412");
  EXPECT_EQ(value(m, "payload|json:/drink"), "latte");
  EXPECT_EQ(value(m, "payload|json:/ml"), "240");
  EXPECT_EQ(value(tap.messages[2], "payload"), "21.5");
  EXPECT_EQ(tap.messages[3].message, "PINGREQ");
}

TEST(Mqtt, ASubscribeIsLabelledByItsFirstFilter) {
  Tap tap;
  Connection connection(tap, 1883);
  connection.open();
  connection.up(connect);
  connection.up(hex("82 0d 0001 0003 612f23 00 0002 2b62 01"));
  const Message& m = tap.finish().at(1);
  EXPECT_EQ(m.message, "SUBSCRIBE a/#");
  EXPECT_EQ(value(m, "filter"), "a/# & +b");
  EXPECT_EQ(value(m, "qos"), "0 & 1");
}

TEST(Mqtt, ADupIsCountedOnTheFirstCopyAndIsNoMessage) {
  Tap tap;
  Connection first(tap, 1883, 41000);
  first.open();
  first.up(connect);
  first.up(publish("s", "{\"n\":1}", 1, false, 9));
  first.raw(true, 0, {}, 0x14);  // reset: the acknowledgement never came
  Connection second(tap, 1883, 41001);
  second.open();
  second.up(connect);
  second.up(publish("s", "{\"n\":1}", 1, true, 9));
  second.down(hex("40 02 0009"));
  tap.finish();
  int publishes = 0;
  for (const Message& m : tap.messages) {
    if (m.message != "PUBLISH s") continue;
    ++publishes;
    EXPECT_EQ(m.repeats, 1u);
    EXPECT_EQ(m.first.frame, 5u);  // the first copy's packet
  }
  EXPECT_EQ(publishes, 1);
}

TEST(Mqtt, ADupWithAnotherContentOrIdIsAMessage) {
  Tap tap;
  Connection connection(tap, 1883);
  connection.open();
  connection.up(connect);
  connection.up(publish("s", "1", 1, false, 9));
  connection.up(publish("s", "2", 1, true, 9));
  connection.up(publish("s", "1", 1, true, 10));
  EXPECT_EQ(tap.finish().size(), 4u);
  for (const Message& m : tap.messages) EXPECT_EQ(m.repeats, 0u);
}

TEST(Mqtt, AnAcknowledgedPublishComesOutBeforeItsAcknowledgement) {
  Tap tap;
  Connection connection(tap, 1883);
  connection.open();
  connection.up(connect);
  connection.up(publish("s", "1", 2, false, 3));
  EXPECT_EQ(tap.messages.size(), 1u);
  connection.down(hex("50 02 0003"));
  ASSERT_EQ(tap.messages.size(), 3u);
  EXPECT_EQ(tap.messages[1].message, "PUBLISH s");
  EXPECT_EQ(tap.messages[2].message, "PUBREC");
}

TEST(Mqtt, AConnectionCapturedFromItsMiddleIsRecognised) {
  Tap tap;
  Connection connection(tap, 1883);
  connection.up(publish("kiosk/KD00412/hb", "{\"up\":5}"));
  connection.down(hex("d000"));
  ASSERT_EQ(tap.finish().size(), 2u);
  EXPECT_EQ(tap.messages[0].message, "PUBLISH kiosk/KD00412/hb");
  EXPECT_TRUE(tap.messages[0].from_dut);
  EXPECT_EQ(tap.messages[1].message, "PINGRESP");
}

TEST(Mqtt, AfterAGapInAPublishTheNextOneIsRecognised) {
  Tap tap;
  Connection connection(tap, 1883);
  connection.open();
  connection.up(connect);
  const Bytes lost = publish("kiosk/a", std::string(60, 'x'));
  connection.up(Bytes(lost.begin(), lost.begin() + 20));
  connection.skip(true, static_cast<std::uint32_t>(lost.size() - 20));
  connection.up(publish("kiosk/b", "1"));
  connection.close();
  tap.finish();
  ASSERT_EQ(tap.messages.size(), 3u);
  EXPECT_EQ(tap.messages[0].message, "CONNECT");
  EXPECT_EQ(tap.messages[1].message, "stream 20..29 B");
  EXPECT_TRUE(tap.messages[1].gap);
  EXPECT_EQ(tap.messages[2].message, "PUBLISH kiosk/b");
  EXPECT_EQ(tap.totals().gap_bytes, lost.size() - 20);
}

TEST(Mqtt, ReservedFlagsAreMalformedAndNothingIsThrownAway) {
  Tap tap;
  Connection connection(tap, 1883);
  connection.open();
  connection.up(connect);
  connection.up(hex("37 05 0001 73 00 01"));  // QoS 3
  ASSERT_EQ(tap.finish().size(), 2u);
  EXPECT_TRUE(tap.messages[1].malformed);
  EXPECT_EQ(value(tap.messages[1], "payload"), "37050001730001");
}

TEST(Mqtt, APublishBeyondTheLimitIsToldWithoutItsContent) {
  DecodeOptions options{{machine_mac}};
  options.max_buffer = 1000;
  Tap tap(options);
  Connection connection(tap, 1883);
  connection.open();
  connection.up(connect);
  connection.up(hex("30 e9 07 0001 73") + Bytes(500, 'x'));  // 1,001 bytes follow
  connection.up(Bytes(498, 'x') + publish("t", "1"));
  ASSERT_EQ(tap.finish().size(), 3u);
  EXPECT_EQ(tap.messages[1].message, "PUBLISH s");
  EXPECT_EQ(tap.messages[1].notes.at(0),
            "1001 bytes exceed the limit of 1000: the content is left out");
  EXPECT_EQ(tap.messages[2].message, "PUBLISH t");
}

TEST(Mqtt, SurvivesEverySplitAndEveryCut) {
  check_every_boundary(
      {connect + publish("a/b", "{\"x\":1}") + publish("c", "y", 1, false, 7) + hex("c000"),
       connack + hex("40 02 0007 d000"), 1883});
}

}  // namespace
}  // namespace brewproof::wire
