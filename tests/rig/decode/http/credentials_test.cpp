// What a request shows to be let in: looked into as far as it is written in a form of its own.
#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

Message asked_with(std::string_view header) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  connection.up("GET /a HTTP/1.1\r\n" + std::string(header) + "\r\n\r\n");
  connection.close();
  tap.finish();
  EXPECT_EQ(tap.messages.size(), 1u) << header;
  check_byte_classes(tap.messages);
  return tap.messages.empty() ? Message{} : tap.messages[0];
}

TEST(Credentials, ABearerTokenIsLookedInto) {
  const Message m =
      asked_with("Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UifQ.c2ln");
  EXPECT_EQ(value(m, "header:authorization;scheme"), "Bearer");
  EXPECT_EQ(value(m, "header:authorization;token|jwt:/1|base64url|json:/iss"), "joe");
  EXPECT_EQ(value(m, "header:authorization"), "(none)");
  EXPECT_EQ(m.value_bytes, 1u + 6 + 44);  // the path, the scheme, the token
}

TEST(Credentials, AnOpaqueTokenStaysWhole) {
  const Message m = asked_with("Authorization:  bearer  4f6a2b8c9d0e1f2a3b4c5d6e7f809102");
  EXPECT_EQ(value(m, "header:authorization;scheme"), "bearer");
  EXPECT_EQ(value(m, "header:authorization;token"), "4f6a2b8c9d0e1f2a3b4c5d6e7f809102");
}

// RFC 7617 section 2.
TEST(Credentials, BasicHoldsUserAndPassword) {
  for (const char* name : {"Authorization", "Proxy-Authorization"}) {
    const Message m = asked_with(std::string(name) + ": Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    const std::string path = *name == 'A' ? "header:authorization" : "header:proxy-authorization";
    EXPECT_EQ(value(m, path + ";scheme"), "Basic");
    EXPECT_EQ(value(m, path + ";token|base64"), "Aladdin:open sesame");
    EXPECT_EQ(m.value_bytes, 1u + 5 + 28);
    EXPECT_TRUE(m.notes.empty());
  }
  const Message none = asked_with("Authorization: Basic ====");
  EXPECT_EQ(value(none, "header:authorization;token"), "====");
}

// RFC 9110 section 11.4: a scheme alone, or with parameters, is no token.
TEST(Credentials, WhatIsNoTokenStaysWhole) {
  for (const char* text : {"Digest username=\"a\", realm=\"b\"", "Negotiate", "Bearer a b",
                           "AWS4-HMAC-SHA256 Credential=A/2025/s3, Signature=0f", "=", "a\tb"})
    EXPECT_EQ(value(asked_with("Authorization: " + std::string(text)), "header:authorization"),
              text);
}

TEST(Credentials, CookiesAreToldOneByOneAndLookedInto) {
  const Message m = asked_with(
      "Cookie: s=eyJjdXAiOiJsYXR0ZSIsIm4iOjE4MH0=; id=4f6a;flag;  q=\"7b2261223a5b312c325d7d\"; "
      "s=x");
  EXPECT_EQ(value(m, "header:cookie;s|base64|json:/cup"), "latte");
  EXPECT_EQ(value(m, "header:cookie;id"), "4f6a");
  EXPECT_EQ(value(m, "header:cookie;"), "flag");
  EXPECT_EQ(value(m, "header:cookie;q|hex|json:/a/1"), "2");
  EXPECT_EQ(value(m, "header:cookie;s"), "x");
  EXPECT_EQ(value(m, "header:cookie"), "(none)");
  EXPECT_EQ(m.value_bytes, 1u + 32 + 4 + 4 + 22 + 1);
}

TEST(Credentials, ThousandsOfCookiesStayWithinTheBoundOfFields) {
  std::string header = "Cookie: ";
  for (int i = 0; i < 6000; ++i) header += "a=b;";
  const Message m = asked_with(header);
  EXPECT_EQ(m.fields.size(), 4096u);
  EXPECT_FALSE(m.notes.empty());
}

TEST(Credentials, ACookieThatIsCutOrBrokenIsKept) {
  EXPECT_EQ(value(asked_with("Cookie: ;;=;a|b=1"), "header:cookie;a%7Cb"), "1");
  EXPECT_EQ(value(asked_with("Cookie: \xff=\xfe"), "header:cookie;%FF"), "fe");
}

// RFC 6265 section 4.1: the cookie, then attributes; the server's, so that what the machine shows
// later is known to be an echo.
TEST(Credentials, ACookieThatIsGivenIsToldWithItsAttributes) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  connection.up("GET /a HTTP/1.1\r\n\r\n");
  connection.down(
      "HTTP/1.1 200 OK\r\nSet-Cookie: s=\"eyJjdXAiOiJsYXR0ZSIsIm4iOjE4MH0=\"; Max-Age=60;Secure; "
      "Expires=Wed, 21 Oct 2026 07:28:00 GMT;;\r\nSet-Cookie: flag\r\nContent-Length: 0\r\n\r\n");
  connection.close();
  tap.finish();
  ASSERT_EQ(tap.messages.size(), 2u);
  check_byte_classes(tap.messages);
  const Message& m = tap.messages[1];
  EXPECT_EQ(value(m, "header:set-cookie;s|base64|json:/cup"), "latte");
  EXPECT_EQ(value(m, "header:set-cookie;s;max-age"), "60");
  EXPECT_EQ(value(m, "header:set-cookie;s;secure"), "");
  EXPECT_EQ(value(m, "header:set-cookie;s;expires"), "Wed, 21 Oct 2026 07:28:00 GMT");
  EXPECT_EQ(value(m, "header:set-cookie;"), "flag");
  EXPECT_EQ(value(m, "header:set-cookie"), "(none)");
}

}  // namespace
}  // namespace brewproof::wire
