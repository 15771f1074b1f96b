// Headers as devices and attackers send them: what the standard forbids is said, and read on
// behind.
#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

/// All that one side says, as one connection.
std::vector<Message> said(std::string_view up, std::string_view down = {}) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  for (std::size_t at = 0; at < up.size(); at += 1000) connection.up(up.substr(at, 1000));
  if (!down.empty()) connection.down(down);
  connection.close();
  return tap.finish();
}

TEST(HttpHeader, LinesThatEndInLfAloneAreReadAndSaidSo) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  connection.up("POST /l HTTP/1.1\nHost: lean.example\nContent-");
  connection.up("Length: 2\n\nokGET /m HTTP/1.1\nHost: x\n\n");
  ASSERT_EQ(tap.finish().size(), 2u);
  EXPECT_EQ(tap.messages[0].message, "POST /l");
  EXPECT_EQ(value(tap.messages[0], "header:host"), "lean.example");
  EXPECT_EQ(value(tap.messages[0], "body"), "ok");
  EXPECT_EQ(tap.messages[0].notes.at(0), "header lines end in LF without CR");
  EXPECT_EQ(tap.messages[1].message, "GET /m");
  EXPECT_FALSE(tap.messages[0].malformed);
}

TEST(HttpHeader, WhatAMakersOwnHeaderOrAPathSegmentPacksIsOpened) {
  // {"cup":"latte","n":180}
  const auto messages = said(
      "GET /v1/eyJjdXAiOiJsYXR0ZSIsIm4iOjE4MH0/4f6a2b8c9d0e1f2a3b4c5d6e7f809102 HTTP/1.1\r\n"
      "X-Cup: eyJjdXAiOiJsYXR0ZSIsIm4iOjE4MH0=\r\n"
      "User-Agent: eyJjdXAiOiJsYXR0ZSIsIm4iOjE4MH0=\r\n\r\n");
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(value(messages[0], "header:x-cup|base64|json:/cup"), "latte");
  EXPECT_EQ(value(messages[0], "path:1|base64url|json:/n"), "180");
  EXPECT_EQ(value(messages[0], "path:2"), "4f6a2b8c9d0e1f2a3b4c5d6e7f809102");
  EXPECT_EQ(value(messages[0], "header:user-agent"), "eyJjdXAiOiJsYXR0ZSIsIm4iOjE4MH0=");
  EXPECT_EQ(messages[0].value_bytes, 2u + 31 + 32 + 32 + 32);
}

TEST(HttpHeader, AMillionHeaderFieldsStayWithinBounds) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  connection.up("GET /m HTTP/1.1\r\n");
  for (int i = 0; i < 1000; ++i) connection.up("a: b\r\n");
  connection.up("\r\n");
  ASSERT_EQ(tap.finish().size(), 1u);
  EXPECT_EQ(tap.messages[0].fields.size(), 257u);  // path:0 and 256 header fields
  EXPECT_EQ(tap.messages[0].notes.at(0), "more than 256 header fields: the rest is left out");
}

TEST(HttpHeader, ABareLineAmongOthersIsReadWhereverItIsCut) {
  constexpr std::string_view all =
      "POST /l HTTP/1.1\r\nHost: lean.example\nContent-Length: 2\r\nX-A: 1\n\nok";
  for (std::size_t cut = 1; cut < all.size(); ++cut) {
    Tap tap;
    Connection connection(tap);
    connection.open();
    connection.up(all.substr(0, cut));
    connection.up(all.substr(cut));
    ASSERT_EQ(tap.finish().size(), 1u) << cut;
    const Message& m = tap.messages[0];
    EXPECT_EQ(m.message, "POST /l") << cut;
    EXPECT_EQ(value(m, "header:host"), "lean.example") << cut;
    EXPECT_EQ(value(m, "header:x-a"), "1") << cut;
    EXPECT_EQ(value(m, "body"), "ok") << cut;
    EXPECT_EQ(m.size, all.size()) << cut;
  }
}

TEST(HttpHeader, ALineWithoutColonIsKeptAndTheBodyIsRead) {
  const auto messages = said(
      "POST /a HTTP/1.1\r\nno colon here\r\nContent-Length: 2\r\n\r\nok"
      "GET /b HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_EQ(labels(messages), "> POST /a\n> GET /b\n");
  EXPECT_TRUE(messages[0].malformed);
  EXPECT_EQ(messages[0].notes.at(0), "header line at byte 18: bad field; it is kept as it stands");
  EXPECT_EQ(value(messages[0], "header:"), "no colon here");
  EXPECT_EQ(value(messages[0], "body"), "ok");
  EXPECT_FALSE(messages[1].malformed);
}

TEST(HttpHeader, ASpaceBeforeTheColonIsKeptOutOfTheName) {
  const auto messages = said("GET /a HTTP/1.1\r\nX-Serial : KD7\r\nHost: x\r\n\r\n");
  ASSERT_EQ(labels(messages), "> GET /a\n");
  EXPECT_TRUE(messages[0].malformed);
  EXPECT_EQ(value(messages[0], "header:x-serial"), "KD7");
  EXPECT_EQ(value(messages[0], "header:host"), "x");
}

TEST(HttpHeader, AFoldedLineIsOneValue) {
  const auto messages = said("GET /a HTTP/1.1\r\nX-Long: one\r\n  two\r\nHost: x\r\n\r\n");
  ASSERT_EQ(labels(messages), "> GET /a\n");
  EXPECT_EQ(value(messages[0], "header:x-long"), "one two");
  EXPECT_FALSE(messages[0].malformed);
}

TEST(HttpHeader, SpacesInATargetAreReadAsIfTheyWereEncoded) {
  const auto messages = said("GET /log?msg=brew done&n=2 HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_EQ(labels(messages), "> GET /log\n");
  EXPECT_TRUE(messages[0].malformed);
  EXPECT_EQ(value(messages[0], "query:msg"), "brew done");
  EXPECT_EQ(value(messages[0], "query:n"), "2");
  EXPECT_EQ(messages[0].size, 48u);
}

TEST(HttpHeader, AnEmptyLineBeforeTheFirstRequestIsReadOver) {
  const auto messages = said("\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_EQ(labels(messages), "> GET /a\n");
  EXPECT_EQ(messages[0].size, 30u);
  EXPECT_FALSE(messages[0].malformed);
}

TEST(HttpHeader, AStatusLineMayEndAtItsStatus) {
  const auto messages =
      said("GET /a HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok");
  ASSERT_EQ(labels(messages), "> GET /a\n< response 200 GET /a\n");
  EXPECT_EQ(value(messages[1], "body"), "ok");
}

// RFC 9112 section 6.3 and 11.2: what two readers may take for different bodies.

TEST(HttpHeader, TransferEncodingOverridesAContentLengthBeforeIt) {
  const auto messages = said(
      "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n"
      "X-After: 1\r\n\r\n2\r\nok\r\n0\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_EQ(labels(messages), "> POST /a\n> GET /b\n");
  EXPECT_TRUE(messages[0].malformed);
  EXPECT_EQ(messages[0].notes.at(0),
            "both Content-Length and Transfer-Encoding, at byte 46: the latter holds (RFC 9112 "
            "section 6.3)");
  EXPECT_EQ(value(messages[0], "header:content-length"), "3");
  EXPECT_EQ(value(messages[0], "header:transfer-encoding"), "chunked");
  EXPECT_EQ(value(messages[0], "header:host"), "x");
  EXPECT_EQ(value(messages[0], "header:x-after"), "1");
  EXPECT_EQ(value(messages[0], "body"), "ok");
}

TEST(HttpHeader, AContentLengthBehindTransferEncodingIsNotedAndIgnored) {
  const auto messages = said(
      "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n"
      "2\r\nok\r\n0\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_EQ(labels(messages), "> POST /a\n> GET /b\n");
  EXPECT_TRUE(messages[0].malformed);
  EXPECT_EQ(value(messages[0], "header:content-length"), "3");
  EXPECT_EQ(value(messages[0], "body"), "ok");
}

TEST(HttpHeader, OfTwoContentLengthsTheFirstHolds) {
  const auto messages = said(
      "POST /a HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 6\r\n\r\nok"
      "GET /b HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_EQ(labels(messages), "> POST /a\n> GET /b\n");
  EXPECT_TRUE(messages[0].malformed);
  EXPECT_EQ(value(messages[0], "header:content-length"), "2 & 6");
  EXPECT_EQ(value(messages[0], "body"), "ok");
}

TEST(HttpHeader, AResponseToHeadKeepsNoBodyWhereItsLengthIsOverridden) {
  const auto messages = said("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\n\r\n",
                             "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"
                             "Transfer-Encoding: chunked\r\n\r\n"
                             "HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_EQ(labels(messages),
            "> HEAD /a\n> GET /b\n< response 200 HEAD /a\n< response 204 GET /b\n");
}

TEST(HttpHeader, ManyRefusedLinesStayWithinBounds) {
  std::string all = "GET /m HTTP/1.1\r\n";
  for (int i = 0; i < 2000; ++i) all += "no colon\r\n";
  const auto messages = said(all + "\r\n");
  ASSERT_EQ(labels(messages), "> GET /m\n");
  EXPECT_EQ(messages[0].notes.size(), 10u);  // eight lines, that there are more, and 256 fields
  EXPECT_EQ(messages[0].size, all.size() + 2);
}

TEST(HttpHeader, AHeaderWithoutEndIsGivenUp) {
  std::string all = "GET /m HTTP/1.1\nHost: x\n";
  for (int i = 0; i < 20000; ++i) all += "a: b\n";
  const auto messages = said(all);
  ASSERT_FALSE(messages.empty());
  EXPECT_TRUE(messages[0].malformed);
  EXPECT_EQ(bytes_told(messages, true), all.size());
}

}  // namespace
}  // namespace brewproof::wire
