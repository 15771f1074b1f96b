// What speaks inside opened TLS: each protocol is read there as it is outside.
#include "tests/rig/decode/http/http2_frames.h"
#include "tests/rig/decode/tls/hellos.h"
#include "tests/rig/decode/tls/peers.h"

namespace brewproof::wire {
namespace {

constexpr int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};

std::string_view as_sent(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

const Message& inner(const Decoded& decoded, std::string_view label) {
  static const Message none;
  for (const Message& m : decoded.messages)
    if (m.tls && m.message == label) return m;
  ADD_FAILURE() << "no " << label << " in\n" << labels(decoded.messages);
  return none;
}

void expect_whole(const Peers& peers, const Decoded& decoded) {
  EXPECT_EQ(decoded.up, peers.sent(true).size());
  EXPECT_EQ(decoded.down, peers.sent(false).size());
  EXPECT_EQ(why_sealed(decoded.messages), "");
}

// RFC 7541 section C.3.1: GET http://www.example.com/; C.4 is not needed to tell it.
TEST(TlsInside, Http2) {
  for (const int version : versions) {
    PeerPair pair({.version = version, .alpn = "h2"});
    Peers peers(pair);
    ASSERT_TRUE(peers.shake_hands());
    peers.up(as_sent(preface() + headers(1, hex("828684410f7777772e6578616d706c652e636f6d"),
                                         end_headers | end_stream)));
    peers.down(as_sent(server_preface() + headers(1, hex("88")) +
                       data(1, text("{\"cup\":1}"), end_stream)));
    const Decoded decoded = decode(peers.flights(), pair.key_log);
    EXPECT_EQ(value(decoded.messages[0], "alpn"), "h2");
    const Message& asked = inner(decoded, "GET /");
    EXPECT_EQ(asked.protocol, "http2");
    EXPECT_EQ(value(asked, "header::authority"), "www.example.com");
    EXPECT_EQ(inner(decoded, "response 200 GET /").protocol, "http2");
    expect_whole(peers, decoded);
  }
}

// RFC 6455 section 5.7: "Hello", masked and not.
TEST(TlsInside, WebSocket) {
  for (const int version : versions) {
    PeerPair pair({.version = version});
    Peers peers(pair);
    ASSERT_TRUE(peers.shake_hands());
    peers.up(
        "GET /socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    peers.down(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
    peers.up(as_sent(hex("81 85 37 fa 21 3d 7f 9f 4d 51 58")));
    peers.down(as_sent(hex("81 05 48 65 6c 6c 6f")));
    const Decoded decoded = decode(peers.flights(), pair.key_log);
    const Message& said = inner(decoded, "text /socket");
    EXPECT_EQ(said.protocol, "websocket");
    EXPECT_EQ(value(said, "payload"), "Hello");
    EXPECT_TRUE(inside(decoded.messages).ends_with("> text /socket\n< text /socket\n"));
    expect_whole(peers, decoded);
  }
}

// MQTT 3.1.1: CONNECT, CONNACK, PUBLISH at QoS 0 in two records, PINGREQ.
TEST(TlsInside, MqttOverRecordBorders) {
  for (const int version : versions) {
    PeerPair pair({.version = version, .alpn = "mqtt"});
    Peers peers(pair);
    ASSERT_TRUE(peers.shake_hands());
    peers.up(as_sent(hex("10 0e 0004 4d515454 04 02 003c 0002 6b64")));
    peers.down(as_sent(hex("20 02 00 00")));
    peers.up(as_sent(hex("30 0c 0003 612f62 7b22")));
    peers.up(as_sent(hex("63223a317d c0 00")));
    const Decoded decoded = decode(peers.flights(), pair.key_log);
    EXPECT_EQ(inside(decoded.messages), "> CONNECT\n< CONNACK\n> PUBLISH a/b\n> PINGREQ\n");
    EXPECT_EQ(value(inner(decoded, "PUBLISH a/b"), "payload|json:/c"), "1");
    expect_whole(peers, decoded);
  }
}

}  // namespace
}  // namespace brewproof::wire
