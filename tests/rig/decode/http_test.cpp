#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

constexpr std::string_view order =
    "POST /v1/order?shop=12&note=a%7Cb+c HTTP/1.1\r\nHost: API.kiosk.example:8080\r\n"
    "Content-Type: application/json\r\nContent-Length: 43\r\nX-Serial: KD00412\r\n\r\n"
    "{\"pay\":{\"cents\":180,\"card\":\"04a1\"},\"n\":[7]}";
constexpr std::string_view created = "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok";

TEST(Http, ARequestIsReadIntoItsParts) {
  Tap tap;
  Connection connection(tap, 8080);
  connection.open();
  connection.up(order);
  ASSERT_EQ(tap.finish().size(), 1u);
  const Message& m = tap.messages[0];
  EXPECT_EQ(m.protocol, "http");
  EXPECT_EQ(m.message, "POST /v1/order");
  EXPECT_EQ(m.peer.name, "api.kiosk.example");
  EXPECT_EQ(m.peer.address, "203.0.113.10");
  EXPECT_EQ(m.peer.port, 8080);
  EXPECT_EQ(m.dut_port, 41000);
  EXPECT_EQ(m.size, order.size());
  EXPECT_EQ(value(m, "path:0"), "v1");
  EXPECT_EQ(value(m, "path:1"), "order");
  EXPECT_EQ(value(m, "query:shop"), "12");
  EXPECT_EQ(value(m, "query:note"), "a|b c");
  EXPECT_EQ(value(m, "header:x-serial"), "KD00412");
  EXPECT_EQ(value(m, "body|json:/pay/cents"), "180");
  EXPECT_EQ(value(m, "body|json:/pay/card"), "04a1");
  EXPECT_EQ(value(m, "body|json:/n/0"), "7");
}

TEST(Http, AResponseCarriesTheRequestThatItAnswers) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  connection.up(order);
  connection.down(created);
  ASSERT_EQ(tap.finish().size(), 2u);
  EXPECT_EQ(tap.messages[1].message, "response 201 POST /v1/order");
  EXPECT_FALSE(tap.messages[1].from_dut);
  EXPECT_EQ(value(tap.messages[1], "body"), "ok");
}

TEST(Http, PipelinedRequestsAreAnsweredInOrder) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  connection.up("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n");
  connection.down(
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"  // to HEAD: no body follows
      "HTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\nx");
  ASSERT_EQ(tap.finish().size(), 4u);
  EXPECT_EQ(tap.messages[2].message, "response 200 HEAD /a");
  EXPECT_EQ(tap.messages[3].message, "response 404 GET /b");
}

TEST(Http, AnInterimResponseDoesNotUseUpTheRequest) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  connection.up("POST /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  connection.down("HTTP/1.1 100 Continue\r\n\r\n");
  connection.up("hi");
  connection.down("HTTP/1.1 204 No Content\r\n\r\n");
  ASSERT_EQ(tap.finish().size(), 3u);
  EXPECT_EQ(tap.messages[0].message, "response 100");
  EXPECT_EQ(tap.messages[1].message, "POST /a");
  EXPECT_EQ(tap.messages[1].last_time_ns - tap.messages[1].time_ns, 2'000'000);
  EXPECT_EQ(tap.messages[2].message, "response 204 POST /a");
}

TEST(Http, ChunksAreJoined) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  connection.up(
      "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\n{\"a\":\r\n3;x=y\r\n\"b\"\r\n1\r\n}\r\n0\r\n\r\n");
  EXPECT_EQ(value(tap.finish().at(0), "body|json:/a"), "b");
}

TEST(Http, AGzipBodyIsOpened) {
  // {"cents":180} by gzip -9
  const Bytes packed = hex("1f8b08000000000002ffab564a4ecd2b2956b232b430a80500a1e4680b0d000000");
  Tap tap;
  Connection connection(tap);
  connection.open();
  connection.up(text("POST /g HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\n"
                     "Content-Length: 33\r\n\r\n") +
                packed);
  EXPECT_EQ(value(tap.finish().at(0), "body|gzip|json:/cents"), "180");
}

TEST(Http, BytesAfterAMessageThatAreNotHttpAreAStream) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  connection.up("GET /a HTTP/1.1\r\nHost: x\r\n\r\n\r\n");  // an empty line is allowed
  connection.up("cruft");
  ASSERT_EQ(labels(tap.finish()), "> GET /a\n> empty lines\n> stream 0..9 B\n");
  EXPECT_EQ(tap.messages[1].size, 2u);
  EXPECT_EQ(tap.messages[2].protocol, "tcp");
  EXPECT_EQ(value(tap.messages[2], "payload"), "cruft");
}

TEST(Http, AFormIsReadByItsKeys) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  connection.up(
      "POST /f HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
      "Content-Length: 23\r\n\r\ncard=04+a1&k%7Ck=%c3%a9");
  EXPECT_EQ(tap.finish().size(), 1u);
  EXPECT_EQ(value(tap.messages[0], "form:card"), "04 a1");
  EXPECT_EQ(value(tap.messages[0], "form:k%7Ck"), "\xc3\xa9");
}

TEST(Http, ABodyWithoutLengthRunsToTheEndOfTheConnection) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  connection.up("GET / HTTP/1.0\r\n\r\n");
  connection.down("HTTP/1.0 200 OK\r\n\r\nab");
  connection.down("cd");
  connection.close();
  ASSERT_EQ(tap.messages.size(), 2u);
  EXPECT_EQ(value(tap.messages[1], "body"), "abcd");
  EXPECT_TRUE(tap.messages[1].notes.empty());
}

TEST(Http, AnAbsoluteTargetIsLabelledByItsPath) {
  Tap tap;
  Connection connection(tap, 3128);
  connection.open();
  connection.up("GET http://cfg.kiosk.example/poll?id=1 HTTP/1.1\r\nHost: proxy\r\n\r\n");
  const Message& m = tap.finish().at(0);
  EXPECT_EQ(m.message, "GET /poll");
  EXPECT_EQ(m.peer.name, "cfg.kiosk.example");
  EXPECT_EQ(value(m, "query:id"), "1");
}

TEST(Http, WhatFollowsAnUpgradeIsAStream) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  connection.up("GET /own HTTP/1.1\r\nHost: x\r\nUpgrade: own/1\r\nConnection: Upgrade\r\n\r\n");
  connection.down("HTTP/1.1 101 Switching Protocols\r\nUpgrade: own/1\r\n\r\n\x81\x02hi");
  connection.up(hex("8182 00000000 6f6b"));
  ASSERT_EQ(tap.finish().size(), 4u);
  EXPECT_EQ(tap.messages[1].message, "response 101 GET /own");
  EXPECT_EQ(tap.messages[2].protocol, "tcp");
  EXPECT_EQ(tap.messages[2].message, "stream 0..9 B");
  EXPECT_EQ(value(tap.messages[3], "payload"), "8182000000006f6b");
}

TEST(Http, BytesMissingFromABodyAreAGapAndTheNextMessageIsRead) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  connection.up("POST /u HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n0123");
  connection.skip(true, 4);
  connection.up("89");
  connection.up("GET /n HTTP/1.1\r\nHost: x\r\n\r\n");
  connection.close();
  ASSERT_EQ(tap.finish().size(), 2u);
  EXPECT_TRUE(tap.messages[0].gap);
  EXPECT_EQ(value(tap.messages[0], "body"), "0123");
  EXPECT_EQ(tap.messages[1].message, "GET /n");
  EXPECT_FALSE(tap.messages[1].gap);
  EXPECT_EQ(tap.totals().gap_bytes, 4u);
}

TEST(Http, AChunkWithoutASizeIsMalformedWithItsOffset) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  connection.up("POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\nzz\r\n");
  connection.up("GET /b HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_EQ(labels(tap.finish()), "> POST /a\n> GET /b\n");
  const Message& m = tap.messages[0];
  EXPECT_TRUE(m.malformed);
  EXPECT_EQ(m.notes.at(0), "not HTTP after byte 53: bad chunk");
  EXPECT_EQ(value(m, "body"), "ok");
  EXPECT_EQ(value(m, "rest"), "\r\nzz\r\n");
  EXPECT_EQ(m.size, 59u);
  EXPECT_EQ(m.unexplained_bytes, 6u);
}

TEST(Http, ABodyBeyondTheLimitIsCutAndSaysSo) {
  DecodeOptions options{{machine_mac}};
  options.max_buffer = 100;
  Tap tap(options);
  Connection connection(tap);
  connection.open();
  connection.up("POST /u HTTP/1.1\r\nHost: x\r\nContent-Length: 300\r\n\r\n");
  for (int i = 0; i < 3; ++i) connection.up(std::string(100, 'z'));
  const Message& m = tap.finish().at(0);
  EXPECT_EQ(value(m, "body"), std::string(100, 'z'));
  EXPECT_EQ(m.notes.at(0), "the first 100 of 300 bytes of the body were kept");
}

TEST(Http, SurvivesEverySplitAndEveryCut) {
  check_every_boundary({text(order), text(created), 80});
}

}  // namespace
}  // namespace brewproof::wire
