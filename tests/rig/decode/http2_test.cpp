// HTTP/2: header blocks of RFC 7541 appendix C, frames of RFC 9113 section 6.
#include "tests/rig/decode/http/http2_frames.h"

namespace brewproof::wire {
namespace {

// RFC 7541 appendix C.4: three requests, of which each refers to the one before.
const Bytes first_request = hex("828684418cf1e3c2e5f23a6ba0ab90f4ff");
const Bytes second_request = hex("828684be5886a8eb10649cbf");
const Bytes third_request = hex("828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf");

// POST https /v1/order?shop=12, content-type application/json, nothing indexed.
const Bytes order = hex("8387 0411") + text("/v1/order?shop=12") + hex("0f1010") +
                    text("application/json") + hex("0108") + text("kiosk.io");
const Bytes created = hex("08 03") + text("201");  // :status as a literal

TEST(Http2, RequestsAreReadWithTheTableOfTheRequestsBefore) {
  Http2 connection;
  connection.up(headers(1, first_request, end_headers | end_stream));
  connection.up(headers(3, second_request, end_headers | end_stream));
  connection.up(headers(5, third_request, end_headers | end_stream));
  const auto messages = connection.finish();
  ASSERT_EQ(labels(connection.tap.messages),
            "> PREFACE\n> SETTINGS\n< SETTINGS\n< SETTINGS ack\n> GET /\n> GET /\n"
            "> GET /index.html\n");
  EXPECT_EQ(messages[0].protocol, "http2");
  EXPECT_EQ(messages[0].peer.name, "www.example.com");
  EXPECT_EQ(value(messages[0], "header::authority"), "www.example.com");
  EXPECT_EQ(value(messages[1], "header:cache-control"), "no-cache");
  EXPECT_EQ(value(messages[2], "header:custom-key"), "custom-value");
  EXPECT_EQ(value(messages[2], "header::scheme"), "https");
  EXPECT_EQ(value(messages[2], "path:0"), "index.html");
  EXPECT_EQ(messages[0].size, 9u + 17);
  EXPECT_EQ(messages[0].value_bytes, 17u);  // GET, http, / and the name are 23, packed into 17
}

TEST(Http2, AnExchangeIsReadIntoItsParts) {
  Http2 connection;
  connection.up(headers(1, order) + data(1, text("{\"cents\":")) +
                data(1, text("180}"), end_stream));
  connection.down(
      headers(1, created + hex("0f1004") + text("text")) + data(1, text("ok")) +
      headers(1, hex("00 05") + text("x-sum") + hex("02") + text("77"), end_headers | end_stream));
  const auto messages = connection.finish();
  ASSERT_EQ(labels(messages), "> POST /v1/order\n< response 201 POST /v1/order\n");
  EXPECT_EQ(value(messages[0], "path:1"), "order");
  EXPECT_EQ(value(messages[0], "query:shop"), "12");
  EXPECT_EQ(value(messages[0], "header:content-type"), "application/json");
  EXPECT_EQ(value(messages[0], "body|json:/cents"), "180");
  EXPECT_EQ(messages[0].size, 3 * 9 + order.size() + 13);
  EXPECT_EQ(value(messages[1], "status"), "201");
  EXPECT_EQ(value(messages[1], "header:content-type"), "text");
  EXPECT_EQ(value(messages[1], "body"), "ok");
  EXPECT_EQ(value(messages[1], "trailer:x-sum"), "77");
}

TEST(Http2, InterleavedStreamsAreToldApart) {
  Http2 connection;
  connection.up(headers(1, order) + headers(3, first_request, end_headers | end_stream) +
                data(1, text("[1")));
  connection.down(headers(3, hex("88")) + data(3, text("yes"), end_stream));
  connection.up(data(1, text(",2]"), end_stream));
  connection.down(headers(1, hex("89"), end_headers | end_stream));
  const auto messages = connection.finish();
  ASSERT_EQ(labels(messages),
            "> GET /\n< response 200 GET /\n> POST /v1/order\n< response 204 POST /v1/order\n");
  EXPECT_EQ(value(messages[1], "body"), "yes");
  EXPECT_EQ(value(messages[2], "body|json:/1"), "2");
  EXPECT_EQ(messages[2].last_time_ns - messages[2].time_ns, 2'000'000);
}

TEST(Http2, PaddingPriorityAndContinuationsAreTheMessages) {
  Http2 connection;
  const Bytes head(first_request.begin(), first_request.begin() + 4);
  const Bytes middle(first_request.begin() + 4, first_request.begin() + 9);
  const Bytes tail(first_request.begin() + 9, first_request.end());
  connection.up(headers(1, hex("03 80000000 0f") + head + hex("000000"), padded | priority));
  connection.up(frame(9, 0, 1, middle) + frame(9, end_headers, 1, tail));
  connection.up(data(1, hex("05") + text("hi") + hex("0000000000"), padded | end_stream));
  const auto messages = connection.finish();
  ASSERT_EQ(labels(messages), "> GET /\n");
  EXPECT_EQ(value(messages[0], "header::authority"), "www.example.com");
  EXPECT_EQ(value(messages[0], "body"), "hi");
  EXPECT_EQ(messages[0].size, 4 * 9u + (6 + 3) + first_request.size() + 8);
  EXPECT_EQ(messages[0].value_bytes, first_request.size() + 2);
}

TEST(Http2, AnInterimResponseIsAMessageOfItsOwn) {
  Http2 connection;
  connection.up(headers(1, first_request, end_headers | end_stream));
  connection.down(headers(1, hex("08 03") + text("103")) +
                  headers(1, hex("88"), end_headers | end_stream));
  EXPECT_EQ(labels(connection.finish()), "> GET /\n< response 103 GET /\n< response 200 GET /\n");
}

TEST(Http2, APromisedRequestNamesItsResponse) {
  Http2 connection;
  connection.up(headers(1, first_request, end_headers | end_stream));
  connection.down(frame(5, end_headers, 1,
                        hex("00000002") + hex("8286 04 04") + text("/css") + hex("01 01 61")) +
                  headers(1, hex("88"), end_headers | end_stream) + headers(2, hex("88")) +
                  data(2, text("b{}"), end_stream));
  const auto messages = connection.finish();
  EXPECT_EQ(labels(messages),
            "> GET /\n< PUSH_PROMISE GET /css\n< response 200 GET /\n< response 200 GET /css\n");
  EXPECT_EQ(messages.at(0).peer.name, "www.example.com");
}

TEST(Http2, WhatSteersTheConnectionIsToldFrameByFrame) {
  Http2 connection;
  connection.up(headers(1, first_request, end_headers | end_stream));
  connection.up(frame(4, 0, 0, hex("0003 00000064 0008 00000001 1234 00000005")));
  connection.up(frame(6, 0, 0, hex("0102030405060708")) + frame(8, 0, 0, hex("0000ffff")) +
                frame(2, 0, 1, hex("00000000 0f")));
  connection.down(frame(6, 1, 0, hex("0102030405060708")) + frame(3, 0, 1, hex("00000008")) +
                  frame(7, 0, 0, hex("00000001 0000000b") + text("calm")) +
                  frame(0x0c, 0, 0, text("origin")));
  const auto messages = connection.finish();
  ASSERT_EQ(labels(messages),
            "> GET /\n> SETTINGS\n> PING\n> WINDOW_UPDATE\n> PRIORITY\n< PING ack\n"
            "< RST_STREAM GET /\n< GOAWAY\n< frame 12\n");
  EXPECT_EQ(value(messages[1], "max_concurrent_streams"), "100");
  EXPECT_EQ(value(messages[1], "enable_connect_protocol"), "1");
  EXPECT_EQ(value(messages[1], "setting_4660"), "5");
  EXPECT_EQ(value(messages[2], "payload"), "0102030405060708");
  EXPECT_EQ(value(messages[3], "increment"), "65535");
  EXPECT_EQ(value(messages[4], "weight"), "16");
  EXPECT_EQ(value(messages[6], "error"), "CANCEL");
  EXPECT_EQ(value(messages[7], "last_stream"), "1");
  EXPECT_EQ(value(messages[7], "error"), "ENHANCE_YOUR_CALM");
  EXPECT_EQ(value(messages[7], "debug"), "calm");
  for (const Message& m : messages) EXPECT_FALSE(m.malformed) << m.message;
}

TEST(Http2, AResetEndsWhatIsUnderConstruction) {
  Http2 connection;
  connection.up(headers(1, order) + data(1, text("{\"cen")));
  connection.up(frame(3, 0, 1, hex("00000008")));
  connection.up(headers(3, first_request, end_headers | end_stream));
  const auto messages = connection.finish();
  ASSERT_EQ(labels(messages), "> RST_STREAM POST /v1/order\n> POST /v1/order\n> GET /\n");
  EXPECT_EQ(messages[1].notes.at(0), "cut off: the stream was reset");
}

TEST(Http2, AnUpgradedRequestIsAnsweredOnStreamOne) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  connection.up(
      "GET /a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
      "HTTP2-Settings: AAMAAABkAARAAAAA\r\n\r\n");
  connection.down(text("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                       "Upgrade: h2c\r\n\r\n") +
                  frame(4, 0, 0, {}) + headers(1, hex("88")) + data(1, text("ok"), end_stream));
  connection.up(preface() + headers(3, first_request, end_headers | end_stream));
  connection.close();
  EXPECT_EQ(labels(tap.finish()),
            "> GET /a\n< response 101 GET /a\n< SETTINGS\n< response 200 GET /a\n> PREFACE\n"
            "> SETTINGS\n> GET /\n");
}

TEST(Http2, AServerMayBegin) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  connection.down(frame(4, 0, 0, hex("0003 00000064")));
  connection.up(preface() + headers(1, first_request, end_headers | end_stream));
  EXPECT_EQ(labels(tap.finish()), "< SETTINGS\n> PREFACE\n> SETTINGS\n> GET /\n");
}

TEST(Http2, OddFramesAreMalformedAndReadOn) {
  struct Case {
    Bytes bytes;
    const char* label;
    const char* why;
  };
  for (const Case& c :
       {Case{frame(6, 0, 0, hex("0102")), "PING", "PING frame of 2 bytes, which are too few"},
        Case{frame(8, 0, 0, hex("0000000102")), "WINDOW_UPDATE",
             "1 bytes too many in a WINDOW_UPDATE frame"},
        Case{data(0, text("x")), "DATA", "it belongs to no stream or to no header block"},
        Case{frame(9, 4, 1, hex("82")), "CONTINUATION",
             "it belongs to no stream or to no header block"}}) {
    Http2 connection;
    connection.up(c.bytes + frame(6, 0, 0, hex("0102030405060708")));
    const auto messages = connection.finish();
    ASSERT_EQ(labels(messages), std::string("> ") + c.label + "\n> PING\n");
    EXPECT_EQ(messages[0].notes.at(0), c.why);
    EXPECT_FALSE(messages[1].malformed);
    EXPECT_EQ(messages[0].size, c.bytes.size());
  }
}

TEST(Http2, WhatIsNoFrameEndsIt) {
  Http2 connection;
  connection.up(text("GET / HTTP/1.1\r\n\r\n"));
  const auto messages = connection.finish();
  ASSERT_EQ(labels(messages), "> malformed\n");
  EXPECT_EQ(messages[0].unexplained_bytes, 18u);
}

TEST(Http2, SurvivesEverySplitAndEveryCut) {
  check_every_boundary(
      {preface() + headers(1, order) +
           data(1, hex("02") + text("{\"a\":1}") + hex("0000"), padded) +
           headers(1, hex("00 01 74 01 31"), end_headers | end_stream) +
           headers(3, Bytes(order.begin(), order.begin() + 9), 0) +
           frame(9, end_headers, 3, Bytes(order.begin() + 9, order.end())),
       server_preface() + headers(1, created, end_headers) + data(1, text("ok"), end_stream),
       8080});
}

}  // namespace
}  // namespace brewproof::wire
