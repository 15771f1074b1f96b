#include "rig/model/canonical_json.h"

#include <gtest/gtest.h>

#include <cmath>

namespace brewproof {
namespace {

// RFC 8785, section 3.2.2: the RFC's own sample.
TEST(CanonicalJson, MatchesTheSampleOfRfc8785) {
  const auto value = nlohmann::json::parse(R"({
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]})");
  EXPECT_EQ(canonical_json(value),
            "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
            "\"string\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
}

// RFC 8785, section 3.2.3: keys sort by UTF-16 code units, so U+1F600 (D83D) stands before U+FB33.
TEST(CanonicalJson, SortsKeysByUtf16CodeUnits) {
  const nlohmann::json value = {{"\u20ac", 1},     {"\r", 2},     {"\ufb33", 3}, {"1", 4},
                                {"\U0001F600", 5}, {"\u0080", 6}, {"\u00f6", 7}};
  EXPECT_EQ(
      canonical_json(value),
      "{\"\\r\":2,\"1\":4,\"\u0080\":6,\"\u00f6\":7,\"\u20ac\":1,\"\U0001F600\":5,\"\ufb33\":3}");
}

// RFC 8785, appendix B.
TEST(CanonicalJson, WritesNumbersAsEcmaScriptDoes) {
  EXPECT_EQ(canonical_json(-0.0), "0");
  EXPECT_EQ(canonical_json(5e-324), "5e-324");
  EXPECT_EQ(canonical_json(1.7976931348623157e308), "1.7976931348623157e+308");
  EXPECT_EQ(canonical_json(9007199254740992.0), "9007199254740992");
  EXPECT_EQ(canonical_json(295147905179352830000.0), "295147905179352830000");
  EXPECT_EQ(canonical_json(1e21), "1e+21");
  EXPECT_EQ(canonical_json(1e23), "1e+23");
  EXPECT_EQ(canonical_json(0.000001), "0.000001");
  EXPECT_EQ(canonical_json(1e-7), "1e-7");
  EXPECT_EQ(canonical_json(333333333.3333332), "333333333.3333332");
  EXPECT_EQ(canonical_json(std::int64_t{1760000000000000001}), "1760000000000000001");
}

TEST(CanonicalJson, RefusesNumbersThatJsonDoesNotHave) {
  EXPECT_THROW((void)canonical_json(std::nan("")), std::invalid_argument);
}

TEST(CanonicalJson, ReplacesInvalidUtf8) {
  EXPECT_EQ(canonical_json(std::string("a\xff\xc0\x80z")), "\"a\uFFFD\uFFFD\uFFFDz\"");
}

}  // namespace
}  // namespace brewproof
