// The end of HTTP on a connection: what follows is offered to all rooms again (RFC 9110 sections
// 7.8 and 9.3.6).
#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

constexpr std::string_view connect =
    "CONNECT api.example:443 HTTP/1.1\r\nHost: api.example\r\n\r\n";
constexpr std::string_view established = "HTTP/1.1 200 Connection established\r\n\r\n";
// A TLS 1.2 hello without extensions.
const Bytes hello =
    hex("16 0301 002d 01 000029 0303") + Bytes(32, 0xaa) + hex("00 0002 c02f 01 00");

TEST(HttpLeaving, ATunnelIsReadByWhoKnowsWhatIsInIt) {
  Tap tap;
  Connection connection(tap, 3128);
  connection.open();
  connection.up(connect);
  connection.down(established);
  connection.up(hello);
  connection.close();
  EXPECT_EQ(labels(tap.finish()),
            "> CONNECT api.example:443\n< response 200 CONNECT api.example:443\n> client hello\n");
}

TEST(HttpLeaving, WhatAClientSendsBeforeTheTunnelStandsWaitsForIt) {
  Tap tap;
  Connection connection(tap, 3128);
  connection.open();
  connection.up(connect);
  connection.up(hello);
  connection.down(established);
  connection.close();
  EXPECT_EQ(labels(tap.finish()),
            "> CONNECT api.example:443\n< response 200 CONNECT api.example:443\n> client hello\n");
}

TEST(HttpLeaving, ARefusedTunnelStaysHttp) {
  Tap tap;
  Connection connection(tap, 3128);
  connection.open();
  connection.up(connect);
  connection.down("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno");
  connection.up(connect);
  connection.down(established);
  connection.close();
  EXPECT_EQ(labels(tap.finish()),
            "> CONNECT api.example:443\n< response 407 CONNECT api.example:443\n"
            "> CONNECT api.example:443\n< response 200 CONNECT api.example:443\n");
}

TEST(HttpLeaving, AnUpgradeThatIsNotTakenUpStaysHttp) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  connection.up("GET /a HTTP/1.1\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n");
  connection.up("GET /b HTTP/1.1\r\n\r\n");
  connection.down("HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 304 Not Modified\r\n\r\n");
  connection.close();
  EXPECT_EQ(labels(tap.finish()),
            "> GET /a\n> GET /b\n< response 204 GET /a\n< response 304 GET /b\n");
}

TEST(HttpLeaving, AnswersBeyondWhatIsKeptHaveNoRequest) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  for (int i = 0; i < 258; ++i) connection.up("GET /a HTTP/1.1\r\n\r\n");
  for (int i = 0; i < 258; ++i) connection.down("HTTP/1.1 204 No Content\r\n\r\n");
  connection.up("GET /b HTTP/1.1\r\n\r\n");
  connection.down("HTTP/1.1 204 No Content\r\n\r\n");
  tap.finish();
  ASSERT_EQ(tap.messages.size(), 518u);
  EXPECT_EQ(tap.messages[258 + 255].message, "response 204 GET /a");
  EXPECT_EQ(tap.messages[258 + 256].message, "response 204");
  EXPECT_EQ(tap.messages[258 + 257].message, "response 204");
  EXPECT_EQ(tap.messages[517].message, "response 204 GET /b");
}

}  // namespace
}  // namespace brewproof::wire
