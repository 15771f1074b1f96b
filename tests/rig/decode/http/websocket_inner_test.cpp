// MQTT inside a WebSocket (MQTT 5.0 section 6): its packets are messages of their own, which count
// the frames around them.
#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

constexpr std::string_view asked =
    "GET /mqtt HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Protocol: mqtt\r\n\r\n";
constexpr std::string_view agreed =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Protocol: mqtt\r\n";

const Bytes connect = hex("10 13 0004 4d515454 04 02 003c 0007 4b443030343132");
const Bytes publish = hex("30 0c 0003 612f62 7b 22 6e 22 3a 31 7d");  // a/b {"n":1}

/// A client's frame with an all-zero key.
Bytes frame(const Bytes& payload, bool last = true) {
  return Bytes{static_cast<std::uint8_t>(last ? 0x82 : 0x02),
               static_cast<std::uint8_t>(0x80 | payload.size()),
               0,
               0,
               0,
               0} +
         payload;
}

TEST(WebSocketInner, PacketsAreReadAcrossFramesAndCountThem) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  connection.up(asked);
  connection.down(text(agreed) + text("\r\n"));
  // CONNECT in two frames, the second of which begins the PUBLISH.
  connection.up(frame(Bytes(connect.begin(), connect.begin() + 9)));
  connection.up(frame(Bytes(connect.begin() + 9, connect.end()) +
                      Bytes(publish.begin(), publish.begin() + 4)));
  connection.down(hex("82 04 20020000"));
  connection.up(frame(Bytes(publish.begin() + 4, publish.end())));
  connection.close();
  tap.finish();
  ASSERT_EQ(labels(tap.messages),
            "> GET /mqtt\n< response 101 GET /mqtt\n> CONNECT\n< CONNACK\n> PUBLISH a/b\n");
  EXPECT_EQ(tap.messages[2].protocol, "mqtt");
  EXPECT_EQ(tap.messages[2].size, connect.size() + 12);
  EXPECT_EQ(tap.messages[3].size, 6u);
  EXPECT_EQ(tap.messages[4].size, publish.size() + 6);
  EXPECT_EQ(value(tap.messages[4], "payload|json:/n"), "1");
}

TEST(WebSocketInner, APingOfTheOuterStreamIsItsOwn) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  connection.up(asked);
  connection.down(text(agreed) + text("\r\n"));
  connection.up(frame(connect) + hex("89 80 00000000"));
  connection.close();
  tap.finish();
  EXPECT_EQ(labels(tap.messages),
            "> GET /mqtt\n< response 101 GET /mqtt\n> CONNECT\n> ping /mqtt\n");
}

TEST(WebSocketInner, FramesThatHoldNothingAreTold) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  connection.up(asked);
  connection.down(text(agreed) + text("\r\n"));
  connection.up(frame(connect) + frame({}) + frame({}));
  connection.close();
  tap.finish();
  ASSERT_EQ(labels(tap.messages),
            "> GET /mqtt\n< response 101 GET /mqtt\n> CONNECT\n> frames /mqtt\n");
  EXPECT_EQ(tap.messages[3].size, 12u);
}

TEST(WebSocketInner, PackedMessagesAreOpenedAndTheBytesStillAddUp) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  connection.up(asked);
  connection.down(text(agreed) + text("Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"));
  connection.up(frame(connect));
  // A stored block: 00, length 14, its complement, the packet, and what ends a packed message.
  const Bytes packed = hex("00 0e00 f1ff") + publish + hex("00");
  connection.up(hex("c2 94 00000000") + packed);
  connection.close();
  tap.finish();
  ASSERT_EQ(labels(tap.messages),
            "> GET /mqtt\n< response 101 GET /mqtt\n> CONNECT\n> PUBLISH a/b\n");
  EXPECT_EQ(tap.messages[3].size, 6 + packed.size());
  EXPECT_EQ(value(tap.messages[3], "payload|json:/n"), "1");
}

TEST(WebSocketInner, PacketsThatUnpackToMoreThanTheyAreGiveTheRestBack) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  connection.up(asked);
  connection.down(text(agreed) + text("Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"));
  connection.up(frame(connect));
  // Ten times `30 06 0001 61 414243`: 80 bytes by zlib -9.
  const Bytes packed = hex("326063604c74747236a0120d00");
  connection.up(Bytes{0xc2, static_cast<std::uint8_t>(0x80 | packed.size()), 0, 0, 0, 0} + packed);
  connection.close();
  tap.finish();
  ASSERT_EQ(tap.messages.size(), 13u) << labels(tap.messages);
  EXPECT_EQ(value(tap.messages[12], "payload"), "ABC");
  const Bytes handshake = text(asked);
  EXPECT_EQ(bytes_told(tap.messages, true),
            handshake.size() + 6 + connect.size() + 6 + packed.size());
}

TEST(WebSocketInner, BytesAddUpWhereverTheStreamEnds) {
  const Bytes all =
      text(asked) + frame(connect) + frame(publish) + frame(publish + publish) + frame({});
  for (std::size_t keep = asked.size(); keep <= all.size(); ++keep) {
    Tap tap;
    Connection connection(tap);
    connection.open();
    connection.up(asked);
    connection.down(text(agreed) + text("\r\n"));
    const std::size_t half = asked.size() + (keep - asked.size()) / 2;
    const auto piece = [&](std::size_t from, std::size_t to) {
      return Bytes(all.begin() + static_cast<std::ptrdiff_t>(from),
                   all.begin() + static_cast<std::ptrdiff_t>(to));
    };
    if (half != asked.size()) connection.up(piece(asked.size(), half));
    if (keep != half) connection.up(piece(half, keep));
    connection.close();
    tap.finish();
    ASSERT_EQ(bytes_told(tap.messages, true), keep) << labels(tap.messages);
  }
}

}  // namespace
}  // namespace brewproof::wire
