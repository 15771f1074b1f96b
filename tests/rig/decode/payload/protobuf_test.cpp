// Protocol Buffers without their schema: the examples of protobuf.dev "Encoding", and what decides
// where the format does not tell.
#include "tests/rig/decode/payload/opened.h"

namespace brewproof::decode {
namespace {

const ContentHints protobuf{"application/x-protobuf"};

TEST(Protobuf, TheExamplesOfItsDocumentation) {
  EXPECT_THAT(opened(hex("08 96 01"), protobuf), ElementsAre("payload|protobuf:/1=150"));
  EXPECT_THAT(opened(hex("12 07 74657374696e67"), protobuf),
              ElementsAre("payload|protobuf:/2=testing"));
  EXPECT_THAT(opened(hex("1a 03 08 96 01"), protobuf), ElementsAre("payload|protobuf:/3/1=150"));
  // repeated int32 f = 6 [packed]: 3, 270, 86942
  EXPECT_THAT(opened(hex("32 06 03 8e02 9ea705"), protobuf),
              ElementsAre("payload|protobuf:/6=038e029ea705"));
  // -2 as int32
  EXPECT_THAT(opened(hex("08 fe ff ff ff ff ff ff ff ff 01"), protobuf),
              ElementsAre("payload|protobuf:/1=-2"));
}

TEST(Protobuf, FixedBytesAreRealNumbersOfEverydaySize) {
  // 1.8 and 1760000000 in four bytes, 1.8 and 1760000000000000000 in eight
  EXPECT_THAT(
      opened(hex("0d 6666e63f 15 0078e768 19 cdccccccccccfc3f 21 0000b0d4acc66c18"), protobuf),
      ElementsAre("payload|protobuf:/1=1.8", "payload|protobuf:/2=1760000000",
                  "payload|protobuf:/3=1.8", "payload|protobuf:/4=1760000000000000000"));
}

TEST(Protobuf, AFieldThatComesAgainIsCounted) {
  EXPECT_THAT(opened(hex("08 01 12 02 08 05 12 02 08 06"), protobuf),
              ElementsAre("payload|protobuf:/1=1", "payload|protobuf:/2/1=5",
                          "payload|protobuf:/2[2]/1=6"));
}

TEST(Protobuf, ATextThatBeginsWithALineEndMayBeAMessage) {
  // {1: {1: 36 characters}}: the inner one begins "\n$", all of it can be read.
  const std::string id = "123e4567-e89b-12d3-a456-426614174000";
  EXPECT_THAT(opened("\x0a\x26\x0a\x24" + id, protobuf),
              ElementsAre("payload|protobuf:/1/1=" + id));
  EXPECT_THAT(opened(hex("0a 04 0a616263"), protobuf), ElementsAre("payload|protobuf:/1=\nabc"));
}

TEST(Protobuf, AnUndeclaredMessageIsToldByItsNumbersAndTexts) {
  // {1: 1760000000, 2: "espresso", 3: 180, 4: {1: "card", 2: 4}}
  const Bytes sale = hex("08 80f09dc706 12 08 657370726573736f 18 b401 22 08 0a 04 63617264 10 04");
  EXPECT_THAT(opened(sale), ElementsAre("payload|protobuf:/1=1760000000",
                                        "payload|protobuf:/2=espresso", "payload|protobuf:/3=180",
                                        "payload|protobuf:/4/1=card", "payload|protobuf:/4/2=4"));
  check_every_cut(sale);
  const Message m = Bench().content(sale);
  EXPECT_EQ(m.value_bytes, 5u + 8 + 2 + 4 + 1);
  EXPECT_EQ(m.unexplained_bytes, 0u);
  EXPECT_THAT(
      opened(hex("08 05 10 02 18 b401")),
      ElementsAre("payload|protobuf:/1=5", "payload|protobuf:/2=2", "payload|protobuf:/3=180"));
}

TEST(Protobuf, TooLittleEvidenceIsNone) {
  EXPECT_THAT(opened(hex("08 96 01 10")), ElementsAre("payload=08960110"));
  EXPECT_THAT(opened(hex("08 96 01 10 05")), ElementsAre("payload=0896011005"));
  // Out of order, and a number written longer than it need be: no known writer does that.
  EXPECT_THAT(opened(hex("18 05 10 02 08 b401")), ElementsAre("payload=1805100208b401"));
  EXPECT_THAT(opened(hex("08 8500 10 02 18 b401")), ElementsAre("payload=088500100218b401"));
  EXPECT_THAT(opened("(plain text", {}), ElementsAre("payload=(plain text"));
}

TEST(Protobuf, WhatIsNoneIsRefusedWithItsPlace) {
  const auto why = [](std::string_view bytes) {
    return Bench().content(hex(bytes), protobuf).notes.at(0);
  };
  EXPECT_EQ(why("08"), "payload is not protobuf: no field at byte 1");
  EXPECT_EQ(why("0a05 6162"), "payload is not protobuf: no field at byte 2");
  EXPECT_EQ(why("00 01"), "payload is not protobuf: no field at byte 1");
  EXPECT_EQ(why("0b 0c"), "payload is not protobuf: no field at byte 1");  // a group
  EXPECT_EQ(why("08 ffffffffffffffffff 7f"), "payload is not protobuf: no field at byte 11");
}

TEST(Protobuf, NestingIsBounded) {
  Bytes bytes = hex("08 01");
  for (int i = 0; i < 3000; ++i) {
    Bytes outer = {0x0a};
    std::size_t size = bytes.size();
    for (; size >= 0x80; size >>= 7) outer.push_back(static_cast<std::uint8_t>(size | 0x80));
    outer.push_back(static_cast<std::uint8_t>(size));
    outer.insert(outer.end(), bytes.begin(), bytes.end());
    bytes = outer;
  }
  const Message m = Bench().content(bytes, protobuf);
  ASSERT_EQ(m.fields.size(), 1u);
  EXPECT_EQ(m.fields[0].type, FieldType::bytes);
  EXPECT_LT(m.fields[0].path.size(), 600u);  // 64 levels in each of three structures
  EXPECT_THAT(m.notes, ::testing::Contains(
                           "payload|protobuf:: nesting is deeper than 64: the rest is bytes"));
}

}  // namespace
}  // namespace brewproof::decode
