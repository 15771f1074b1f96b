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

TEST(Forms, ATokenMayBeWrittenAsBase64) {
  const Value token = std::string("ffb9da");
  EXPECT_TRUE(holds("base64", "/7na", token));
  EXPECT_TRUE(holds("base64", "_7na", token));  // of URLs
  EXPECT_TRUE(holds("base64", "AbI=", std::string("01b2")));
  EXPECT_TRUE(holds("base64", "AbLDxA", std::string("01b2c3c4")));  // without padding
  EXPECT_TRUE(holds("base64 of text", "ZmZiOWRh", token));
  EXPECT_FALSE(holds("base64", "/7nb", token));
  EXPECT_FALSE(holds("base64", "/7n-", token));  // of no alphabet
}

TEST(Forms, ATokenMayBeTheHexOfItsText) {
  EXPECT_TRUE(holds("hex of text", "666662396461", std::string("ffb9da")));
  EXPECT_TRUE(holds("hex of text", "666662396461", std::string("ffb9da")));  // in capitals
  EXPECT_FALSE(holds("hex of text", "ffb9da", std::string("ffb9da")));
}

TEST(Forms, ATokenMayBeANumberOfEitherOrder) {
  EXPECT_TRUE(holds("integer of hex", "16759258", std::string("ffb9da")));
  EXPECT_TRUE(holds("little-endian integer of hex", "14334463", std::string("ffb9da")));
  EXPECT_FALSE(holds("integer of hex", "16759259", std::string("ffb9da")));
  EXPECT_FALSE(holds("integer of hex", "1", std::string("000000000000000001")));  // nine bytes
}

TEST(Forms, ATextMayStandLastCharacterFirst) {
  EXPECT_TRUE(holds("reversed text", "AD9BFF", std::string("ffb9da")));
  EXPECT_FALSE(holds("reversed text", "ffb9da", std::string("ffb9da")));
}

TEST(Forms, AmountsMayBeScaled) {
  const Value amount = std::int64_t{180};
  EXPECT_TRUE(holds("thousandths", "1800", amount, true));
  EXPECT_TRUE(holds("minor units x 100", "18000", amount, true));
  EXPECT_TRUE(holds("minor units x 1000", "180000", amount, true));
  EXPECT_FALSE(holds("minor units x 10", "1800", amount, true));  // that is "thousandths"
  EXPECT_TRUE(holds("minor units x 10", "12500", std::int64_t{1250}, true, 3));
  EXPECT_FALSE(holds("minor units x 100", "180", amount, true));
}

// IEEE 754 single and double precision.
TEST(Forms, AmountsMayBeFloats) {
  const Value amount = std::int64_t{180};
  EXPECT_TRUE(holds("float big-endian", "3fe66666", amount, true));
  EXPECT_TRUE(holds("float little-endian", "6666e63f", amount, true));
  EXPECT_TRUE(holds("float big-endian", "3ffccccccccccccd", amount, true));
  EXPECT_TRUE(holds("float little-endian", "cdccccccccccfc3f", amount, true));
  EXPECT_FALSE(holds("float big-endian", "3fe6872b", amount, true));  // 1.801
  EXPECT_TRUE(holds("minor units as float big-endian", "43340000", amount, true));
  EXPECT_TRUE(holds("minor units as float little-endian", "0000000000806640", amount, true));
  EXPECT_TRUE(holds("float big-endian", "40e00000", std::int64_t{7}));
  EXPECT_FALSE(holds("float big-endian", "7fc00000", amount, true));  // no number
  EXPECT_FALSE(holds("float big-endian", "3fe6", amount, true));
}

// https://protobuf.dev/programming-guides/encoding: 300 is ac 02.
TEST(Forms, AVarintBeginsWhereTheBytesDo) {
  EXPECT_TRUE(holds("varint", "ac02", std::int64_t{300}, true));
  EXPECT_TRUE(holds("varint", "ac02ff", std::int64_t{300}, true));
  EXPECT_TRUE(holds("varint", "7801", std::int64_t{120}, true));  // of one byte, then another field
  EXPECT_TRUE(holds("zigzag varint", "d804", std::int64_t{300}));
  EXPECT_FALSE(holds("varint", "acac", std::int64_t{300}, true));  // goes on beyond
  EXPECT_FALSE(holds("varint", "ffffffffffffffffff02", std::int64_t{300}, true));
}

TEST(Forms, DigestsMayBeBase64OrANumber) {
  const Value token = std::string("ffb9da");
  EXPECT_TRUE(
      holds_digest("sha256", "text", "hQTz4Tfp+aGDmC1glDBlXc8uDLgL4KfV+VbphISbjR8=", token));
  EXPECT_TRUE(holds_digest("sha256", "text", "hQTz4Tfp+aGDmC1g", token));  // cut
  EXPECT_TRUE(holds_digest("md5", "hex", "KVthjLYAD8LJ1RoOdu1Osw==", token));
  EXPECT_TRUE(holds_digest("crc32", "text as number", "4172075507", token));
  EXPECT_TRUE(
      holds_digest("md5", "text as number", "50921926114096589066918137942277069322", token));
  EXPECT_FALSE(holds_digest("crc32", "text as number", "4172075508", token));
  EXPECT_TRUE(
      holds_digest("sha1", "decimal", "E/1CnVSAmiycNvtzEzO9x/t7VnU=", std::int64_t{180}, true));
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
