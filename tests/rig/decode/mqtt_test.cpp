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

// Cloud brokers take a token for it.
TEST(Mqtt, ATokenAsAPasswordIsLookedInto) {
  const std::string token = "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UifQ.c2ln";
  for (const auto& [password, path, told] :
       {std::tuple(text(token), "password|jwt:/1|base64url|json:/iss", "joe"),
        std::tuple(text("p@ss"), "password", "p@ss"),
        std::tuple(hex("00ff"), "password", "00ff")}) {
    Tap tap;
    Connection connection(tap, 1883);
    connection.open();
    const Bytes rest = hex("0004 4d515454 04 c2 003c 0001 61 0001 62 00") +
                       Bytes{static_cast<std::uint8_t>(password.size())} + password;
    connection.up(Bytes{0x10, static_cast<std::uint8_t>(rest.size())} + rest);
    ASSERT_EQ(tap.finish().size(), 1u);
    EXPECT_EQ(value(tap.messages[0], "username"), "b");
    EXPECT_EQ(value(tap.messages[0], path), told);
    check_byte_classes(tap.messages);
    EXPECT_EQ(tap.messages[0].unexplained_bytes, 0u);
  }
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

// CONNECT, level 5, clean start, keep-alive 60 s, session expiry 3600 s, client "k"
const Bytes connect_5 = hex("10 13 0004 4d515454 05 02 003c 05 1100000e10 0001 6b");
// CONNACK, properties: topic alias maximum 10
const Bytes connack_5 = hex("20 06 00 00 03 22000a");

TEST(Mqtt5, PropertiesAreFields) {
  Tap tap;
  Connection connection(tap, 1883);
  connection.open();
  connection.up(connect_5);
  connection.down(connack_5);
  // PUBLISH a/b, content type "json", user property k = v, payload {"n":1}
  connection.up(hex("30 1b 0003 612f62 0e 030004 6a736f6e 26 0001 6b 0001 76 7b226e223a317d"));
  ASSERT_EQ(tap.finish().size(), 3u);
  EXPECT_EQ(value(tap.messages[0], "level"), "5");
  EXPECT_EQ(value(tap.messages[0], "property:session_expiry"), "3600");
  EXPECT_EQ(value(tap.messages[0], "client"), "k");
  EXPECT_EQ(value(tap.messages[1], "code"), "0");
  EXPECT_EQ(value(tap.messages[1], "property:topic_alias_maximum"), "10");
  const Message& m = tap.messages[2];
  EXPECT_EQ(m.message, "PUBLISH a/b");
  EXPECT_EQ(value(m, "property:content_type"), "json");
  EXPECT_EQ(value(m, "property:user:k"), "v");
  EXPECT_EQ(value(m, "payload|json:/n"), "1");
  EXPECT_FALSE(m.malformed);
}

TEST(Mqtt5, ATopicAliasNamesTheTopicThatItWasGivenTo) {
  Tap tap;
  Connection connection(tap, 1883);
  connection.open();
  connection.up(connect_5);
  connection.up(hex("30 10 0003 612f62 03 230001 7b226e223a317d"));
  connection.up(hex("30 0d 0000 03 230001 7b226e223a327d"));
  connection.up(hex("30 0d 0000 03 230002 7b226e223a337d"));
  ASSERT_EQ(tap.finish().size(), 4u);
  EXPECT_EQ(tap.messages[1].message, "PUBLISH a/b");
  EXPECT_EQ(tap.messages[2].message, "PUBLISH a/b");
  EXPECT_EQ(value(tap.messages[2], "topic:1"), "b");
  EXPECT_EQ(value(tap.messages[2], "payload|json:/n"), "2");
  EXPECT_EQ(tap.messages[3].message, "PUBLISH alias 2");
  EXPECT_EQ(tap.messages[3].notes.size(), 1u);
}

TEST(Mqtt5, AcknowledgementsDisconnectAndAuthHaveReasons) {
  Tap tap;
  Connection connection(tap, 1883);
  connection.open();
  connection.up(connect_5);
  connection.down(connack_5);
  connection.up(hex("f0 07 18 05 15 0002 6162"));  // AUTH: continue, method "ab"
  connection.up(hex("32 0a 0001 61 0009 00 7b7d2020"));
  connection.down(hex("40 03 0009 10"));  // PUBACK: no matching subscribers
  connection.up(hex("82 09 0002 00 0003 612f23 2d"));
  connection.down(hex("90 04 0002 00 87"));
  connection.down(hex("e0 09 8e 07 1f 0004 676f6e65"));  // taken over, "gone"
  ASSERT_EQ(tap.finish().size(), 8u);
  EXPECT_EQ(tap.messages[2].message, "AUTH");
  EXPECT_EQ(value(tap.messages[2], "code"), "24");
  EXPECT_EQ(value(tap.messages[2], "property:authentication_method"), "ab");
  EXPECT_EQ(tap.messages[3].message, "PUBLISH a");
  EXPECT_EQ(value(tap.messages[4], "code"), "16");
  const Message& subscribe = tap.messages[5];
  EXPECT_EQ(value(subscribe, "qos"), "1");
  EXPECT_EQ(value(subscribe, "no_local"), "true");
  EXPECT_EQ(value(subscribe, "retain_as_published"), "true");
  EXPECT_EQ(value(subscribe, "retain_handling"), "2");
  EXPECT_EQ(value(tap.messages[6], "codes"), "87");
  EXPECT_EQ(tap.messages[7].message, "DISCONNECT");
  EXPECT_EQ(value(tap.messages[7], "code"), "142");
  EXPECT_EQ(value(tap.messages[7], "property:reason"), "gone");
}

TEST(Mqtt5, TheVersionOfAConnectionWithoutItsConnectIsToldFromItsPackets) {
  Tap tap;
  Connection connection(tap, 1883);
  connection.up(hex("30 0b 0001 61 00 7b226e223a317d"));  // no properties, then JSON
  ASSERT_EQ(tap.finish().size(), 1u);
  EXPECT_EQ(value(tap.messages[0], "payload|json:/n"), "1");
  Tap old;
  Connection three(old, 1883);
  three.up(hex("30 0a 0001 61 7b226e223a317d"));
  ASSERT_EQ(old.finish().size(), 1u);
  EXPECT_EQ(value(old.messages[0], "payload|json:/n"), "1");
}

TEST(Mqtt5, PropertiesThatAreNoneAreMalformedAndLoseNothing) {
  for (const Bytes& bytes : {hex("30 08 0001 61 02 0701 7878"),    // identifier 7 is none
                             hex("30 08 0001 61 7f 0101 7878"),    // longer than the packet
                             hex("30 08 0001 61 ffffffff 78")}) {  // a length without end
    Tap tap;
    Connection connection(tap, 1883);
    connection.open();
    connection.up(connect_5);
    connection.up(bytes);
    ASSERT_EQ(tap.finish().size(), 2u);
    EXPECT_TRUE(tap.messages[1].malformed);
    EXPECT_EQ(tap.messages[1].size, bytes.size());
  }
}

TEST(Mqtt5, APacketCutAnywhereIsNotLost) {
  const Bytes whole = hex("30 1b 0003 612f62 0e 030004 6a736f6e 26 0001 6b 0001 76 7b226e223a317d");
  for (std::size_t cut = 1; cut < whole.size(); ++cut) {
    Tap tap;
    Connection connection(tap, 1883);
    connection.open();
    connection.up(connect_5);
    connection.up(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(cut)));
    std::uint64_t bytes = 0;
    for (const Message& m : tap.finish()) bytes += m.size;
    EXPECT_EQ(bytes, connect_5.size() + cut) << cut;
  }
}

// Every byte of a connection is in the size of one message; a DUP's are told apart.
TEST(Mqtt, TheSizesOfAllMessagesAreTheBytesOfTheConnection) {
  Tap tap;
  Connection connection(tap, 1883);
  connection.open();
  const Bytes stream = connect + publish("s", "{\"n\":1}", 1, false, 9) +
                       publish("s", "{\"n\":1}", 1, true, 9) + hex("c000") + hex("e001 00") +
                       hex("f1 02 33 44");
  connection.up(stream);
  std::uint64_t bytes = 0, classed = 0;
  for (const Message& m : tap.finish()) {
    bytes += m.size + m.repeat_bytes;
    classed = m.value_bytes + m.sealed_bytes + m.unexplained_bytes;
    EXPECT_LE(classed, m.size) << m.message;
  }
  EXPECT_EQ(bytes, stream.size());
}

TEST(Mqtt, APacketThatIsTooLargeIsToldWithTheBytesThatCame) {
  for (const bool whole : {true, false}) {
    DecodeOptions options{{machine_mac}};
    options.max_buffer = 64;
    Tap tap(options);
    Connection connection(tap, 1883);
    connection.open();
    connection.up(connect);
    const Bytes large = publish("s", std::string(100, 'x'));
    const std::size_t sent = whole ? large.size() : large.size() - 30;
    connection.up(Bytes(large.begin(), large.begin() + static_cast<std::ptrdiff_t>(sent)));
    ASSERT_EQ(tap.finish().size(), 2u);
    EXPECT_EQ(tap.messages[1].message, "PUBLISH s");
    EXPECT_EQ(tap.messages[1].size, sent);
    EXPECT_EQ(tap.messages[1].gap, !whole);
  }
}

}  // namespace
}  // namespace brewproof::wire
