#include "rig/proof/forms.h"

#include <gtest/gtest.h>

namespace brewproof {
namespace {

/// Does `field` hold `value` in the form of this name, or the digest of it?
bool holds(std::string_view name, std::string_view field, const Value& value, bool money = false,
           int decimals = 2, std::string_view digest = "") {
  for (const Form& form : forms_for(money)) {
    if (form.name != name || form.digest != digest) continue;
    const auto wanted = form.of_value(value, decimals), there = form.of_field(field, decimals);
    return wanted && there && fit(form.fit, *wanted, *there);
  }
  return false;
}
bool holds_digest(std::string_view digest, std::string_view name, std::string_view field,
                  const Value& value, bool money = false) {
  return holds(name, field, value, money, 2, digest);
}

TEST(Forms, AmountsStandInMinorUnitsOrDecimally) {
  const Value amount = std::int64_t{180};
  EXPECT_TRUE(holds("minor units", "180", amount, true));
  EXPECT_TRUE(holds("minor units", "0180", amount, true));
  EXPECT_FALSE(holds("minor units", "1.80", amount, true));
  EXPECT_TRUE(holds("decimal", "1.80", amount, true));
  EXPECT_TRUE(holds("decimal", "1.8", amount, true));
  EXPECT_FALSE(holds("decimal", "1.81", amount, true));
  EXPECT_FALSE(holds("decimal", "1.805", amount, true));
  EXPECT_TRUE(holds("decimal comma", "1,80", amount, true));
  EXPECT_FALSE(holds("decimal comma", "1.80", amount, true));
  EXPECT_FALSE(holds("decimal", "1.80 EUR", amount, true));
}

TEST(Forms, CurrenciesHaveTheirOwnDigits) {
  EXPECT_EQ(minor_digits("EUR"), 2);
  EXPECT_EQ(minor_digits("JPY"), 0);
  EXPECT_EQ(minor_digits("KWD"), 3);
  EXPECT_EQ(minor_digits(""), 2);
  EXPECT_TRUE(holds("decimal", "1.250", std::int64_t{1250}, true, 3));
  EXPECT_FALSE(holds("decimal", "180", std::int64_t{180}, true, 0));  // that is "minor units"
}

TEST(Forms, TextIgnoresCase) {
  EXPECT_TRUE(holds("text", "Espresso", std::string("espresso")));
  EXPECT_FALSE(holds("text", "espresso ", std::string("espresso")));
  EXPECT_FALSE(holds("text", "", std::string("")));  // absent is no value
}

TEST(Forms, HexIgnoresSeparators) {
  EXPECT_TRUE(holds("hex", "A1:B2-C3", std::string("a1b2c3")));
  EXPECT_FALSE(holds("hex", "a1b2c4", std::string("a1b2c3")));
  EXPECT_FALSE(holds("hex", "12", std::string("12")));  // too short to speak of hex
}

TEST(Forms, IntegersIgnoreLeadingZerosAndSigns) {
  EXPECT_TRUE(holds("integer", "007", std::int64_t{7}));
  EXPECT_TRUE(holds("integer", "+7", std::int64_t{7}));
  EXPECT_TRUE(holds("integer", "-7", std::int64_t{-7}));
  EXPECT_TRUE(holds("integer", "7.0", std::int64_t{7}));
  EXPECT_FALSE(holds("integer", "7.5", std::int64_t{7}));
  EXPECT_FALSE(holds("integer", "99999999999999999999", std::int64_t{7}));
  EXPECT_FALSE(holds("integer", ".", std::int64_t{0}));
}

TEST(Forms, ATokenMayBePartOfAMediaId) {
  EXPECT_TRUE(holds("part of text", "01A1B2C3", std::string("a1b2c3")));
  EXPECT_FALSE(holds("part of text", "01a1", std::string("a1")));  // two bytes are too short
  EXPECT_FALSE(holds("part of text", std::string(65, 'a'), std::string("aaaaaa")));
}

TEST(Forms, ANumberMayStandInALineOfText) {
  const Value amount = std::int64_t{355};
  for (const bool money : {true, false}) {
    EXPECT_TRUE(holds("number in text", "abc355:16177d:uvw", amount, money));
    EXPECT_TRUE(holds("number in text", "sale 17, 0355 cents", amount, money));
    EXPECT_FALSE(holds("number in text", "sale 1355 3550 35", amount, money));
    EXPECT_FALSE(holds("number in text", "took 35.5", amount, money));
    EXPECT_FALSE(holds("number in text", "355", amount, money));  // that is all of it: an integer
    EXPECT_FALSE(holds("number in text", std::string(256, 'a') + " 355", amount, money));
  }
  EXPECT_TRUE(holds("decimal in text", "sold no. 17 at 3.55 EUR", amount, true));
  EXPECT_TRUE(holds("decimal in text", "3,55 EUR", amount, true));
  EXPECT_FALSE(holds("decimal in text", "sold at 13.55 EUR", amount, true));
  EXPECT_FALSE(holds("decimal in text", "at 3.55.1", amount, true));  // a version, or a date
  EXPECT_FALSE(holds("decimal in text", "355 JPY", amount, true, 0));
}

TEST(Forms, IntegersStandInBytesOfEitherOrder) {
  const Value amount = std::int64_t{180};  // 0xb4
  for (const bool money : {true, false}) {
    EXPECT_TRUE(holds("big-endian", "00b4", amount, money));
    EXPECT_TRUE(holds("big-endian", "B4", amount, money));
    EXPECT_TRUE(holds("little-endian", "b4000000", amount, money));
    EXPECT_FALSE(holds("little-endian", "00b4", amount, money));
    EXPECT_FALSE(holds("big-endian", "0b4", amount, money));                 // half a byte
    EXPECT_FALSE(holds("big-endian", "0000000000000000b4", amount, money));  // nine bytes
    EXPECT_TRUE(holds("zigzag", "360", amount, money));
  }
  EXPECT_TRUE(holds("zigzag", "359", std::int64_t{-180}));
}

TEST(Forms, AmountsMayBeThousandths) {
  EXPECT_TRUE(holds("thousandths", "1800", std::int64_t{180}, true));
  EXPECT_TRUE(holds("thousandths", "180000", std::int64_t{180}, true, 0));
  EXPECT_FALSE(holds("thousandths", "180", std::int64_t{180}, true, 3));  // that is "minor units"
  EXPECT_FALSE(holds("thousandths", "0", std::int64_t{INT64_MAX}, true));
}

TEST(Forms, HexMayComeLastByteFirst) {
  EXPECT_TRUE(holds("reversed hex", "C3:B2:A1", std::string("a1b2c3")));
  EXPECT_FALSE(holds("reversed hex", "a1b2c3", std::string("a1b2c3")));
}

TEST(Forms, OneUnknownByteHidesNothing) {
  // "a1b2c3" and the bytes a1 b2 c3, each byte against 5a.
  const Value token = std::string("a1b2c3");
  EXPECT_TRUE(holds("xor", "3b6b38683969", token));
  EXPECT_TRUE(holds("xor", "3b6b38683969.t.kiosk.example", token));
  EXPECT_TRUE(holds("xor of hex", "fbe899", token));
  EXPECT_FALSE(holds("xor of hex", "fbe898", token));
  EXPECT_FALSE(holds("xor", "3b6b", std::string("a1")));  // two bytes are too short
}

// FIPS 180-4's and RFC 1321's "abc"; the check value of CRC-32 (ISO 3309).
TEST(Forms, DigestsOfTheText) {
  const Value abc = std::string("abc");
  EXPECT_TRUE(holds_digest("md5", "text", "900150983cd24fb0d6963f7d28e17f72", abc));
  EXPECT_TRUE(holds_digest("sha1", "text", "A9993E364706816ABA3E25717850C26C9CD0D89D", abc));
  EXPECT_TRUE(holds_digest(
      "sha256", "text", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", abc));
  EXPECT_TRUE(holds_digest("crc32", "text", "cbf43926", std::string("123456789")));
  EXPECT_FALSE(holds_digest("crc32", "text", "cbf43927", std::string("123456789")));
}

TEST(Forms, ADigestMayBeCutButNotToNothing) {
  const Value abc = std::string("abc");
  EXPECT_TRUE(holds_digest("sha256", "text", "ba7816bf8f01", abc));
  EXPECT_FALSE(holds_digest("sha256", "text", "ba7816b", abc));
  EXPECT_FALSE(holds_digest("sha256", "text", "a7816bf8f01c", abc));  // not the beginning
}

TEST(Forms, WhatIsDigestedMayBeSpelledInSeveralWays) {
  // sha256 of "180", of "1.80" and of the bytes a1 b2 c3 (coreutils sha256sum).
  EXPECT_TRUE(holds_digest("sha256", "minor units", "7b69759630f869f2723875f873935fed",
                           std::int64_t{180}, true));
  EXPECT_TRUE(holds_digest("sha256", "decimal", "3edff981bb75a81a377dbf446b9189dd",
                           std::int64_t{180}, true));
  EXPECT_TRUE(
      holds_digest("sha256", "hex", "d09bd87927ea5983584577dcf884462e", std::string("a1b2c3")));
}

}  // namespace
}  // namespace brewproof
