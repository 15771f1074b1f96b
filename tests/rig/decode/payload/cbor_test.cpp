// CBOR: the examples of RFC 8949 appendix A, all of them, and what is not CBOR.
#include "tests/rig/decode/payload/opened.h"

namespace brewproof::decode {
namespace {

const ContentHints cbor{"application/cbor"};

struct Example {
  std::string_view bytes, value;
};

TEST(Cbor, ScalarsOfAppendixA) {
  const Example examples[] = {
      {"00", "0"},
      {"01", "1"},
      {"0a", "10"},
      {"17", "23"},
      {"1818", "24"},
      {"1819", "25"},
      {"1864", "100"},
      {"1903e8", "1000"},
      {"1a000f4240", "1000000"},
      {"1b000000e8d4a51000", "1000000000000"},
      {"1bffffffffffffffff", "18446744073709551615"},
      {"c249010000000000000000", "010000000000000000"},  // bignums: the bytes under their tag
      {"3bffffffffffffffff", "-18446744073709551616"},
      {"c349010000000000000000", "010000000000000000"},
      {"20", "-1"},
      {"29", "-10"},
      {"3863", "-100"},
      {"3903e7", "-1000"},
      {"f90000", "0"},
      {"f98000", "-0"},
      {"f93c00", "1"},
      {"fb3ff199999999999a", "1.1"},
      {"f93e00", "1.5"},
      {"f97bff", "65504"},
      {"fa47c35000", "100000"},
      {"fa7f7fffff", "3.4028235e+38"},
      {"fb7e37e43c8800759c", "1e+300"},
      {"f90001", "5.9604645e-08"},
      {"f90400", "0.000061035156"},
      {"f9c400", "-4"},
      {"fbc010666666666666", "-4.1"},
      {"f97c00", "Infinity"},
      {"f97e00", "NaN"},
      {"f9fc00", "-Infinity"},
      {"fa7f800000", "Infinity"},
      {"fa7fc00000", "NaN"},
      {"faff800000", "-Infinity"},
      {"fb7ff0000000000000", "Infinity"},
      {"fb7ff8000000000000", "NaN"},
      {"fbfff0000000000000", "-Infinity"},
      {"f4", "false"},
      {"f5", "true"},
      {"f6", "null"},
      {"f7", "undefined"},
      {"f0", "simple(16)"},
      {"f8ff", "simple(255)"},
      {"c074323031332d30332d32315432303a30343a30305a", "2013-03-21T20:04:00Z"},
      {"c11a514b67b0", "1363896240"},
      {"c1fb41d452d9ec200000", "1363896240.5"},
      {"d74401020304", "01020304"},
      {"d818456449455446", "6449455446"},
      {"d82076687474703a2f2f7777772e6578616d706c652e636f6d", "http://www.example.com"},
      {"40", ""},
      {"4401020304", "01020304"},
      {"60", ""},
      {"6161", "a"},
      {"6449455446", "IETF"},
      {"62225c", "\"\\"},
      {"62c3bc", "\xc3\xbc"},
      {"63e6b0b4", "\xe6\xb0\xb4"},
      {"64f0908591", "\xf0\x90\x85\x91"},
      {"80", "[]"},
      {"a0", "{}"},
      {"5f42010243030405ff", "0102030405"},
      {"7f657374726561646d696e67ff", "streaming"},
      {"9fff", "[]"},
  };
  for (const auto& [bytes, value] : examples)
    EXPECT_THAT(opened(hex(bytes), cbor), ElementsAre("payload|cbor:=" + std::string(value)))
        << bytes;
}

TEST(Cbor, ArraysAndMapsOfAppendixA) {
  const auto read = [](std::string_view bytes) { return opened(hex(bytes), cbor); };
  const std::vector<std::string> one_two_three = {"payload|cbor:/0=1", "payload|cbor:/1=2",
                                                  "payload|cbor:/2=3"};
  EXPECT_EQ(read("83010203"), one_two_three);
  const std::vector<std::string> nested = {"payload|cbor:/0=1", "payload|cbor:/1/0=2",
                                           "payload|cbor:/1/1=3", "payload|cbor:/2/0=4",
                                           "payload|cbor:/2/1=5"};
  for (const std::string_view bytes :
       {"8301820203820405", "9f018202039f0405ffff", "9f01820203820405ff", "83018202039f0405ff",
        "83019f0203ff820405"})
    EXPECT_EQ(read(bytes), nested) << bytes;
  for (const std::string_view bytes :
       {"98190102030405060708090a0b0c0d0e0f101112131415161718181819",
        "9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff"}) {
    ASSERT_EQ(read(bytes).size(), 25u);
    EXPECT_EQ(read(bytes).back(), "payload|cbor:/24=25");
  }
  EXPECT_THAT(read("a201020304"), ElementsAre("payload|cbor:/1=2", "payload|cbor:/3=4"));
  const std::vector<std::string> a_and_b = {"payload|cbor:/a=1", "payload|cbor:/b/0=2",
                                            "payload|cbor:/b/1=3"};
  EXPECT_EQ(read("a26161016162820203"), a_and_b);
  EXPECT_EQ(read("bf61610161629f0203ffff"), a_and_b);
  EXPECT_THAT(read("826161a161626163"), ElementsAre("payload|cbor:/0=a", "payload|cbor:/1/b=c"));
  EXPECT_THAT(read("826161bf61626163ff"), ElementsAre("payload|cbor:/0=a", "payload|cbor:/1/b=c"));
  EXPECT_THAT(read("a56161614161626142616361436164614461656145"),
              ElementsAre("payload|cbor:/a=A", "payload|cbor:/b=B", "payload|cbor:/c=C",
                          "payload|cbor:/d=D", "payload|cbor:/e=E"));
  EXPECT_THAT(read("bf6346756ef563416d7421ff"),
              ElementsAre("payload|cbor:/Fun=true", "payload|cbor:/Amt=-2"));
}

TEST(Cbor, AMapOfTextsIsToldWithoutADeclaration) {
  // {"drink": "latte", "cents": 180}
  const Bytes bytes = hex("a2 65 6472696e6b 65 6c61747465 65 63656e7473 18b4");
  EXPECT_THAT(opened(bytes), ElementsAre("payload|cbor:/drink=latte", "payload|cbor:/cents=180"));
  check_every_cut(bytes);
  const Message m = Bench().content(bytes);
  EXPECT_EQ(m.value_bytes, 5u + 2);  // a text without its head, a number with it
}

TEST(Cbor, NumbersThatRiseMayBeKeysToo) {
  EXPECT_THAT(opened(hex("a3 01 18b4 02 19012c 03 00")),
              ElementsAre("payload|cbor:/1=180", "payload|cbor:/2=300", "payload|cbor:/3=0"));
  EXPECT_THAT(opened(hex("a3 03 18b4 02 19012c 01 00")),
              ElementsAre("payload=a30318b40219012c0100"));
}

TEST(Cbor, TheTagThatSaysSoIsBelieved) {
  EXPECT_THAT(opened(hex("d9d9f7 820102")), ElementsAre("payload|cbor:/0=1", "payload|cbor:/1=2"));
}

TEST(Cbor, BytesInsideMayHoldAStructure) {
  EXPECT_THAT(opened(hex("a1 61 70 47 7b2261223a317d"), cbor),
              ElementsAre("payload|cbor:/p|json:/a=1"));
}

TEST(Cbor, WhatIsNotOneItemIsRefusedWithItsPlace) {
  const auto why = [](std::string_view bytes) {
    return Bench().content(hex(bytes), cbor).notes.at(0);
  };
  EXPECT_EQ(why("8301"), "payload is not CBOR: it is cut off at byte 2");
  EXPECT_EQ(why("0000"), "payload is not CBOR: more bytes follow at byte 1");
  EXPECT_EQ(why("ff"), "payload is not CBOR: a break comes where nothing is open at byte 0");
  EXPECT_EQ(why("1c"), "payload is not CBOR: no item of CBOR at byte 0");
  EXPECT_EQ(why("7f4101ff"), "payload is not CBOR: pieces of a text are mixed at byte 1");
  EXPECT_EQ(why("a1800000"), "payload is not CBOR: a key is a map or an array at byte 1");
  EXPECT_EQ(why("bf00ff"), "payload is not CBOR: a key has no value at byte 2");
  EXPECT_EQ(why("61ff"), "payload is not CBOR: a text is not UTF-8 at byte 0");
  EXPECT_EQ(why("c1"), "payload is not CBOR: it is cut off at byte 1");
}

// {"drink": "latte"} {"cents": 180}
const std::string two_maps = "a1 65 6472696e6b 65 6c61747465 a1 65 63656e7473 18b4";

TEST(CborSequence, ItsItemsAreCountedAsTheElementsOfAnArrayAre) {
  const Bytes bytes = hex(two_maps);
  EXPECT_THAT(opened(bytes),
              ElementsAre("payload|cbor:/0/drink=latte", "payload|cbor:/1/cents=180"));
  check_every_cut(bytes);
  EXPECT_EQ(Bench().content(bytes).value_bytes, 5u + 2);
}

TEST(CborSequence, OfOneItemIsASequenceWhereTheProtocolSaysSo) {
  const ContentHints sequence{"application/cbor-seq"};
  EXPECT_THAT(opened(hex("a1 61 61 01"), sequence), ElementsAre("payload|cbor:/0/a=1"));
  EXPECT_THAT(opened(hex("01 6161 c11a514b67b0 9f01ff"), sequence),
              ElementsAre("payload|cbor:/0=1", "payload|cbor:/1=a", "payload|cbor:/2=1363896240",
                          "payload|cbor:/3/0=1"));
  EXPECT_THAT(opened(hex("a1 65 6472696e6b 65 6c61747465")),
              ElementsAre("payload|cbor:/drink=latte"));
}

TEST(CborSequence, IsNotToldFromWhatMayBeAnythingElse) {
  // Numbers one after the other; a map and then a number; two maps that nothing speaks for.
  for (const char* bytes : {"01020304", "a1656472696e6b656c6174746501", "a1010282010283010203"})
    EXPECT_THAT(opened(hex(bytes)), ElementsAre(std::string("payload=") + bytes)) << bytes;
}

TEST(CborSequence, WhatIsNoneIsRefusedWithItsPlace) {
  const auto why = [](std::string_view bytes) {
    return Bench().content(hex(bytes), {"application/cbor-seq"}).notes.at(0);
  };
  EXPECT_EQ(why("018301"), "payload is not a CBOR sequence: item 1: it is cut off at byte 2");
  EXPECT_EQ(why("01a101021c"), "payload is not a CBOR sequence: item 2: no item of CBOR at byte 0");
}

TEST(Cbor, GreatLengthsAndDepthsAreRefused) {
  // A text of 2^63 bytes, an array of 2^64 - 1 elements, a map of as many pairs.
  EXPECT_THAT(opened(hex("7b8000000000000000 6161"), cbor),
              ElementsAre("payload=7b80000000000000006161"));
  EXPECT_THAT(opened(hex("9bffffffffffffffff 6161"), cbor),
              ElementsAre("payload=9bffffffffffffffff6161"));
  EXPECT_THAT(opened(hex("bbffffffffffffffff 6161"), cbor),
              ElementsAre("payload=bbffffffffffffffff6161"));
  const Message deep = Bench().content(Bytes(1'000'000, 0x81));
  EXPECT_THAT(deep.notes,
              ::testing::Contains("payload is not read as CBOR: nesting is too deep at byte 64"));
}

}  // namespace
}  // namespace brewproof::decode
