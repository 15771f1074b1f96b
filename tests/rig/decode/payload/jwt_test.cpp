#include "tests/rig/decode/payload/opened.h"

namespace brewproof::decode {
namespace {

// RFC 7519 section 3.1 has the same header and claims, laid out over lines.
constexpr std::string_view token =
    "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLCJleHAiOjEzMDA4MTkzODB9."
    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

TEST(Jwt, HeaderAndClaimsAreJson) {
  const Message m = Bench().content(token);
  EXPECT_THAT(lines(m), ElementsAre("payload|jwt:/0|base64|json:/alg=HS256",
                                    "payload|jwt:/1|base64|json:/iss=joe",
                                    "payload|jwt:/1|base64|json:/exp=1300819380",
                                    "payload|jwt:/2=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
  EXPECT_EQ(m.value_bytes, token.size() - 2);  // the dots are the token's own
}

TEST(Jwt, AValueMayBeOne) {
  EXPECT_THAT(lines(Bench().content("{\"t\":\"" + std::string(token) + "\"}")),
              ::testing::Contains("payload|json:/t|jwt:/1|base64|json:/iss=joe"));
  EXPECT_THAT(lines(Bench().value(token)),
              ::testing::Contains("query:x|jwt:/0|base64|json:/alg=HS256"));
}

TEST(Jwt, OtherDottedTextsAreNone) {
  EXPECT_THAT(opened("eyJhbGciOiJIUzI1NiJ9.x"), ElementsAre("payload=eyJhbGciOiJIUzI1NiJ9.x"));
  EXPECT_THAT(opened("eyJ.a b.c"), ElementsAre("payload=eyJ.a b.c"));
  EXPECT_THAT(opened("1.2.3"), ElementsAre("payload=1.2.3"));
}

TEST(Jwt, EveryCutIsToldAsSomething) { check_every_cut(as_bytes(token)); }

}  // namespace
}  // namespace brewproof::decode
