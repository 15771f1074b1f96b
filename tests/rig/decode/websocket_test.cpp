// WebSocket: frames of RFC 6455 section 5.7 and packed messages of RFC 7692 section 7.2.3.
#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

constexpr std::string_view asked =
    "GET /socket?v=2 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

Bytes agreed(std::string_view more = {}) {
  return text(
             "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n") +
         text(more) + text("\r\n");
}
constexpr std::string_view deflate = "Sec-WebSocket-Extensions: permessage-deflate\r\n";

/// What goes on behind the handshake; the first two messages are the handshake.
std::vector<Message> behind(const Bytes& up, const Bytes& down, std::string_view agreement = {}) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  connection.up(asked);
  connection.down(agreed(agreement));
  if (!up.empty()) connection.up(up);
  if (!down.empty()) connection.down(down);
  connection.close();
  tap.finish();
  return {tap.messages.begin() + 2, tap.messages.end()};
}

const Bytes hello = hex("81 05 48 65 6c 6c 6f");
const Bytes masked_hello = hex("81 85 37 fa 21 3d 7f 9f 4d 51 58");

TEST(WebSocket, TextIsReadInBothDirections) {
  const auto messages = behind(masked_hello, hello);
  ASSERT_EQ(labels(messages), "> text /socket\n< text /socket\n");
  for (const Message& m : messages) {
    EXPECT_EQ(m.protocol, "websocket");
    EXPECT_EQ(value(m, "payload"), "Hello");
    EXPECT_EQ(m.value_bytes, 5u);
    EXPECT_FALSE(m.malformed);
  }
  EXPECT_EQ(messages[0].size, 11u);
  EXPECT_EQ(messages[1].size, 7u);
}

TEST(WebSocket, JsonIsReadByItsPointers) {
  // {"c":180} masked with 01 02 03 04
  const auto messages = behind(hex("81 89 01020304 7a 20 60 26 3b 33 3b 34 7c"), {});
  ASSERT_EQ(labels(messages), "> text /socket\n");
  EXPECT_EQ(value(messages[0], "payload|json:/c"), "180");
}

TEST(WebSocket, FragmentsAreJoinedAroundAControlFrame) {
  const auto messages = behind({}, hex("01 03 48656c") + hex("89 02 7069") + hex("80 02 6c6f"));
  ASSERT_EQ(labels(messages), "< ping /socket\n< text /socket\n");
  EXPECT_EQ(value(messages[0], "payload"), "pi");
  EXPECT_EQ(value(messages[1], "payload"), "Hello");
  EXPECT_EQ(messages[0].size, 4u);
  EXPECT_EQ(messages[1].size, 9u);
}

TEST(WebSocket, LongFramesHaveLongLengths) {
  const auto messages = behind({}, hex("82 7e 0100") + Bytes(256, 0xee) +
                                       hex("82 7f 0000000000010000") + Bytes(0x8000, 0xee));
  ASSERT_EQ(labels(messages), "< binary /socket\n< binary /socket\n");
  EXPECT_EQ(messages[0].size, 260u);
  EXPECT_EQ(messages[1].size, 10u + 0x8000);
  EXPECT_TRUE(messages[1].gap);  // the connection ends within it
}

TEST(WebSocket, ACloseHasItsCodeAndReason) {
  const auto messages =
      behind(hex("88 82 00000000 03e8"), hex("88 06 03f9 64 6f 6e 65") + hex("88 00"));
  ASSERT_EQ(labels(messages), "> close /socket\n< close /socket\n< close /socket\n");
  EXPECT_EQ(value(messages[0], "code"), "1000");
  EXPECT_EQ(value(messages[1], "code"), "1017");
  EXPECT_EQ(value(messages[1], "reason"), "done");
  EXPECT_EQ(value(messages[2], "code"), "(none)");
}

TEST(WebSocketDeflate, MessagesShareTheirWindow) {
  const auto messages = behind({}, hex("c1 07 f248cdc9c90700") + hex("c1 05 f200110000"), deflate);
  ASSERT_EQ(labels(messages), "< text /socket\n< text /socket\n");
  EXPECT_EQ(value(messages[0], "payload"), "Hello");
  EXPECT_EQ(value(messages[1], "payload"), "Hello");
  EXPECT_EQ(messages[1].size, 7u);
  EXPECT_EQ(messages[1].value_bytes, 5u);  // as they stand on the wire
}

TEST(WebSocketDeflate, BlocksOfEveryKindAndFragmentsAreOpened) {
  const auto messages = behind({},
                               hex("c1 0b 000500faff48656c6c6f00") + hex("c1 08 f348cdc9c9070000") +
                                   hex("c1 0d f248050000 00ffffcac9c90700") + hex("41 03 f248cd") +
                                   hex("80 04 c9c90700"),
                               deflate);
  ASSERT_EQ(messages.size(), 4u);
  for (const Message& m : messages) EXPECT_EQ(value(m, "payload"), "Hello") << m.size;
}

TEST(WebSocketDeflate, AMessageThatIsNotPackedIsReadAsItIs) {
  const auto messages = behind({}, hello, deflate);
  EXPECT_EQ(value(messages.at(0), "payload"), "Hello");
}

TEST(WebSocketDeflate, WithoutTakeoverEachStandsForItself) {
  const auto messages =
      behind({}, hex("c1 07 f248cdc9c90700") + hex("c1 05 f200110000"),
             "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n");
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(value(messages[0], "payload"), "Hello");
  EXPECT_EQ(value(messages[1], "payload"), "f200110000");
  EXPECT_EQ(messages[1].unexplained_bytes, 5u);
  EXPECT_EQ(messages[1].notes.at(0),
            "payload could not be unpacked whole: invalid distance too far back at byte 3");
}

TEST(WebSocketDeflate, WhatRefersToAMessageThatWasMissedIsSaidToDoSo) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  connection.up(asked);
  connection.down(agreed(deflate));
  connection.skip(false, 9);  // c1 07 f248cdc9c90700
  connection.down(hex("c1 05 f200110000") + hex("c1 07 f248cdc9c90700") + hello);
  connection.close();
  tap.finish();
  ASSERT_EQ(tap.messages.size(), 5u);
  EXPECT_EQ(
      tap.messages[2].notes.at(0),
      "payload could not be unpacked whole: invalid distance too far back at byte 3; messages "
      "before it were not captured");
  EXPECT_EQ(value(tap.messages[3], "payload"), "Hello");
}

TEST(WebSocketDeflate, ABombIsCutOff) {
  // 1 MiB of zeros by zlib at its best: 1,033 bytes, most of them "258 times the byte before".
  const Bytes packed = hex("ecc13101000000c2a0f54f6d085fa0") + Bytes(1016, 0) + hex("3e03");
  DecodeOptions options{{machine_mac}};
  options.max_ratio = 1;
  Tap tap(options);
  Connection connection(tap);
  connection.open();
  connection.up(asked);
  connection.down(agreed(deflate));
  connection.down(hex("c2 7e 0409") + packed);
  connection.down(hello);
  connection.close();
  tap.finish();
  ASSERT_EQ(tap.messages.size(), 4u);
  EXPECT_EQ(tap.messages[2].notes.at(0),
            "payload could not be unpacked whole: it unpacks to more than 65536 bytes");
  EXPECT_EQ(value(tap.messages[3], "payload"), "Hello");
}

TEST(WebSocket, OdditiesAreMalformedAndReadOn) {
  struct Case {
    const char* bytes;
    const char* why;
  };
  for (const Case& c :
       {Case{"8100 a1 05 48656c6c6f", "reserved bits 2 are set"},
        Case{"8100 81 7e 0005 48656c6c6f", "its length is written longer than it may be"},
        Case{"8100 80 05 48656c6c6f", "a continuation of no message"},
        Case{"8100 81 85 00000000 48656c6c6f", "a server's frame is masked"},
        Case{"01 05 48656c6c6f 8100", "another message begins before this one has ended"},
        Case{"8100 09 05 48656c6c6f", "a control frame in pieces, or of more than 125 bytes"},
        Case{"8100 c1 05 48656c6c6f", "reserved bits 4 are set"},
        Case{"8100 81 01 ff", "text that is not UTF-8"},
        Case{"8100 88 01 03", "a close code of one byte"}}) {
    const auto messages = behind({}, hex(c.bytes) + hello);
    ASSERT_EQ(messages.size(), 3u) << c.bytes;
    std::string notes;
    for (const Message& m : messages)
      for (const std::string& note : m.notes) notes += note;
    EXPECT_EQ(notes, c.why);
    EXPECT_EQ(value(messages[2], "payload"), "Hello") << c.bytes;
    EXPECT_FALSE(messages[2].malformed) << c.bytes;
    EXPECT_EQ(bytes_told(messages, false), hex(c.bytes).size() + hello.size()) << c.bytes;
  }
}

TEST(WebSocket, AFrameThatIsNoneEndsIt) {
  const auto messages = behind({}, hello + hex("83 05 01020304 05"));
  ASSERT_EQ(labels(messages), "< text /socket\n< malformed /socket\n");
  EXPECT_EQ(value(messages[1], "rest"), "83050102030405");
  EXPECT_EQ(messages[1].unexplained_bytes, 7u);
}

TEST(WebSocket, BytesMissingFromAFrameAreAGapInItsMessage) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  connection.up(asked);
  connection.down(agreed());
  connection.down(hex("81 08 41 42"));
  connection.skip(false, 4);
  connection.down(hex("47 48") + hello);
  connection.close();
  tap.finish();
  ASSERT_EQ(tap.messages.size(), 4u);
  EXPECT_TRUE(tap.messages[2].gap);
  EXPECT_EQ(value(tap.messages[2], "payload"), "AB");
  EXPECT_EQ(tap.messages[2].size, 6u);
  EXPECT_EQ(value(tap.messages[3], "payload"), "Hello");
}

TEST(WebSocket, AStreamFromItsMiddleIsClaimedByItsFrames) {
  Tap tap;
  Connection connection(tap, 9001);
  connection.down(hex("81 0b") + text("{\"cups\":12}"));
  connection.up(masked_hello);
  tap.finish();
  ASSERT_EQ(labels(tap.messages), "< text\n> text\n");
  EXPECT_EQ(value(tap.messages[0], "payload|json:/cups"), "12");
}

TEST(WebSocket, OtherStreamsAreNotTakenForFrames) {
  for (const char* bytes : {"81 05 48656c6c6f", "82 03 010203", "81 0b 00010203040506070809 0a",
                            "89 00", "81 0b 7b2263757073223a", "00 01 00", "0000 0000 0000 0000",
                            "8280 00000000 8280 00000000"}) {
    Tap tap;
    Connection connection(tap, 9001);
    connection.down(hex(bytes));
    tap.finish();
    ASSERT_EQ(tap.messages.size(), 1u) << bytes;
    EXPECT_EQ(tap.messages[0].protocol, "tcp") << bytes;
  }
}

TEST(WebSocket, AServerSurvivesEverySplitAndEveryCut) {
  check_every_boundary(
      {text(asked),
       agreed(deflate) + hex("41 03 f248cd") + hex("8900") + hex("80 04 c9c90700") + hello, 80});
}

TEST(WebSocket, AClientSurvivesEverySplitAndEveryCut) {
  const Bytes all = hex("01 83 01020304 49676f") + hex("8980 00000000") +
                    hex("80 82 01020304 6d6d") + hex("88 82 00000000 03e8");
  for (std::size_t cut = 1; cut < all.size(); ++cut)
    for (const bool goes_on : {true, false}) {
      Tap tap;
      Connection connection(tap);
      connection.open();
      connection.up(asked);
      connection.down(agreed());
      const auto at = all.begin() + static_cast<std::ptrdiff_t>(cut);
      connection.up(Bytes(all.begin(), at));
      if (goes_on) connection.up(Bytes(at, all.end()));
      connection.close();
      tap.finish();
      ASSERT_EQ(bytes_told(tap.messages, true), asked.size() + (goes_on ? all.size() : cut)) << cut;
      if (!goes_on) continue;
      ASSERT_EQ(labels(tap.messages),
                "> GET /socket\n< response 101 GET /socket\n> ping /socket\n> text /socket\n"
                "> close /socket\n");
      ASSERT_EQ(value(tap.messages[3], "payload"), "Hello") << cut;
    }
}

}  // namespace
}  // namespace brewproof::wire
