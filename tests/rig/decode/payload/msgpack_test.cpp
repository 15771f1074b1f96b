// MessagePack: one value of each format in the specification (msgpack/msgpack:spec.md).
#include "tests/rig/decode/payload/opened.h"

namespace brewproof::decode {
namespace {

const ContentHints msgpack{"application/x-msgpack"};

TEST(MessagePack, EveryFormatOfTheSpecification) {
  const std::pair<std::string_view, std::string_view> examples[] = {
      {"c0", "null"},
      {"c2", "false"},
      {"c3", "true"},
      {"00", "0"},
      {"7f", "127"},
      {"ff", "-1"},
      {"e0", "-32"},
      {"cc80", "128"},
      {"cd0100", "256"},
      {"ce00010000", "65536"},
      {"cfffffffffffffffff", "18446744073709551615"},
      {"d0df", "-33"},
      {"d1ff00", "-256"},
      {"d280000000", "-2147483648"},
      {"d38000000000000000", "-9223372036854775808"},
      {"d07f", "127"},
      {"ca3fc00000", "1.5"},
      {"cb3ff199999999999a", "1.1"},
      {"a0", ""},
      {"a36c756e", "lun"},
      {"d9036c756e", "lun"},
      {"da00036c756e", "lun"},
      {"db000000036c756e", "lun"},
      {"c403010203", "010203"},
      {"c50003010203", "010203"},
      {"c600000003010203", "010203"},
      {"d405aa", "aa"},  // ext 5
      {"d505aabb", "aabb"},
      {"d6ff68e78a40", "68e78a40"},  // a timestamp
      {"c70305aabbcc", "aabbcc"},
      {"90", "[]"},
      {"80", "{}"},
  };
  for (const auto& [bytes, value] : examples)
    EXPECT_THAT(opened(hex(bytes), msgpack), ElementsAre("payload|msgpack:=" + std::string(value)))
        << bytes;
}

// msgpack.org, "compact": {"compact":true,"schema":0}
TEST(MessagePack, AMapOfTextsIsToldWithoutADeclaration) {
  const Bytes bytes = hex("82 a7 636f6d70616374 c3 a6 736368656d61 00");
  EXPECT_THAT(opened(bytes),
              ElementsAre("payload|msgpack:/compact=true", "payload|msgpack:/schema=0"));
  check_every_cut(bytes);
  EXPECT_EQ(Bench().content(bytes).value_bytes, 2u);
}

TEST(MessagePack, MapsAndArraysOfEverySize) {
  const std::vector<std::string> elements = {"payload|msgpack:/0=1", "payload|msgpack:/1=2"};
  for (const std::string_view bytes : {"920102", "dc00020102", "dd000000020102"})
    EXPECT_EQ(opened(hex(bytes), msgpack), elements) << bytes;
  const std::vector<std::string> pair = {"payload|msgpack:/a/0=7"};
  for (const std::string_view bytes : {"81a1619107", "de0001a1619107", "df00000001a1619107"})
    EXPECT_EQ(opened(hex(bytes), msgpack), pair) << bytes;
}

TEST(MessagePack, WhatIsNotOneObjectIsRefusedWithItsPlace) {
  const auto why = [](std::string_view bytes) {
    return Bench().content(hex(bytes), msgpack).notes.at(0);
  };
  EXPECT_EQ(why("9201"), "payload is not MessagePack: it is cut off at byte 2");
  EXPECT_EQ(why("cd01"), "payload is not MessagePack: it is cut off at byte 0");
  EXPECT_EQ(why("0000"), "payload is not MessagePack: more bytes follow at byte 1");
  EXPECT_EQ(why("c1"), "payload is not MessagePack: no item of MessagePack at byte 0");
  EXPECT_EQ(why("db7fffffff61"), "payload is not MessagePack: it is cut off at byte 0");
  EXPECT_EQ(why("81c000"), "payload is not MessagePack: a key is no text and no number at byte 1");
}

TEST(MessagePack, DepthIsBounded) {
  EXPECT_THAT(
      Bench().content(Bytes(1'000'000, 0x91)).notes,
      ::testing::Contains("payload is not read as MessagePack: nesting is too deep at byte 64"));
}

}  // namespace
}  // namespace brewproof::decode
