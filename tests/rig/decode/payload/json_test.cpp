// JSON by its pointers, alone and in lines.
#include <chrono>

#include "tests/rig/decode/payload/opened.h"

namespace brewproof::decode {
namespace {

TEST(JsonContent, EveryScalarIsAFieldWithTheTextThatStoodOnTheWire) {
  EXPECT_THAT(opened(R"({"pay":{"cents":180,"rate":1.50},"n":[7,true],"none":null,"e":{},"f":[]})"),
              ElementsAre("payload|json:/pay/cents=180", "payload|json:/pay/rate=1.50",
                          "payload|json:/n/0=7", "payload|json:/n/1=true",
                          "payload|json:/none=null", "payload|json:/e={}", "payload|json:/f=[]"));
}

TEST(JsonContent, KeysAreEscapedInPointers) {
  EXPECT_THAT(opened(R"({"a/b":1,"m~n":2,"*":3,"p|q":4})"),
              ElementsAre("payload|json:/a~1b=1", "payload|json:/m~0n=2", "payload|json:/~2=3",
                          "payload|json:/p%7Cq=4"));
}

TEST(JsonContent, AScalarAloneIsOneOnlyWhereItIsDeclared) {
  EXPECT_THAT(opened("180", {"application/json"}), ElementsAre("payload|json:=180"));
  EXPECT_THAT(opened("180"), ElementsAre("payload=180"));
}

TEST(JsonContent, LinesAreCountedAsElements) {
  const std::vector<std::string> both = {"payload|json:/0/x=1", "payload|json:/1/x=2"};
  EXPECT_EQ(opened("{\"x\":1}\n{\"x\":2}\n"), both);
  EXPECT_EQ(opened("{\"x\":1}\r\n\r\n{\"x\":2}"), both);
  EXPECT_EQ(opened("\x1e{\"x\":1}\n\x1e{\"x\":2}\n", {"application/json-seq"}), both);
  EXPECT_THAT(opened("{\"x\":1}\n", {"application/x-ndjson"}), ElementsAre("payload|json:/0/x=1"));
  EXPECT_THAT(opened("{\"x\":1}\n"), ElementsAre("payload|json:/x=1"));
}

TEST(JsonContent, ABrokenLineMakesTextOfAll) {
  EXPECT_THAT(opened("{\"x\":1}\n{\"x\":\n"), ElementsAre("payload={\"x\":1}\n{\"x\":\n"));
  const Message m = Bench().content("{\"x\":1}\n{\"x\":\n", {"application/x-ndjson"});
  ASSERT_EQ(m.notes.size(), 1u);
  EXPECT_THAT(m.notes[0], ::testing::StartsWith("payload is not JSON in lines: record 2: "));
}

// RFC 8259 section 8.1 lets a reader ignore it.
TEST(JsonContent, AByteOrderMarkIsPassedOver) {
  const std::string mark = "\xef\xbb\xbf";
  EXPECT_THAT(opened(mark + "{\"a\":1}"), ElementsAre("payload|json:/a=1"));
  EXPECT_THAT(opened(mark + "{\"a\":1}", {"application/json"}), ElementsAre("payload|json:/a=1"));
  EXPECT_THAT(opened(mark + "180", {"application/json"}), ElementsAre("payload|json:=180"));
  EXPECT_THAT(opened(mark + "{\"x\":1}\n{\"x\":2}\n"),
              ElementsAre("payload|json:/0/x=1", "payload|json:/1/x=2"));
  EXPECT_THAT(opened(mark + "{\"x\":1}\n", {"application/x-ndjson"}),
              ElementsAre("payload|json:/0/x=1"));
  EXPECT_THAT(Bench().content(mark + "{\"a\":1} {}", {"application/json"}).notes,
              ElementsAre("payload is not JSON: text after the document at byte 11"));
  EXPECT_THAT(opened(mark), ElementsAre("payload=" + mark));
}

TEST(JsonContent, WhatIsDeclaredAndIsNotIsSaid) {
  const Message m = Bench().content("{\"a\":1} {}", {"application/json"});
  EXPECT_THAT(lines(m), ElementsAre("payload={\"a\":1} {}"));
  EXPECT_THAT(m.notes, ElementsAre("payload is not JSON: text after the document at byte 8"));
}

TEST(JsonContent, CutAnywhereItStaysText) {
  check_every_cut(as_bytes(R"({"a":[1,2.5e3,{"b":"c\u00e9"}],"d":null})"));
  check_every_cut(as_bytes("{\"x\":1}\n{\"x\":23}"));
}

TEST(JsonContent, ADepthOfHalfAMillionIsRefusedQuicklyAndSaid) {
  const std::string deep = std::string(500'000, '[') + std::string(500'000, ']');
  const auto start = std::chrono::steady_clock::now();
  const Message m = Bench().content(deep);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
  EXPECT_EQ(m.fields.size(), 1u);
  EXPECT_THAT(m.notes, ::testing::Contains(::testing::StartsWith(
                           "payload is not read as JSON: nesting is too deep at byte ")));
  EXPECT_EQ(m.value_bytes, deep.size());
}

TEST(JsonContent, AMillionKeysAreReadWithinBounds) {
  std::string many = "{";
  for (int i = 0; i < 1'000'000; ++i) many += fmt::format("\"k{}\":{},", i, i % 10);
  many.back() = '}';
  const auto start = std::chrono::steady_clock::now();
  const Message m = Bench().content(many);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  EXPECT_EQ(m.fields.size(), max_fields);
  EXPECT_EQ(m.value_bytes, 1'000'000u);  // those that are no fields any more too
  EXPECT_THAT(m.notes, ElementsAre("more than 4096 fields: the rest is left out"));
}

TEST(JsonContent, ALongKeyAboveManyValuesStaysWithinBounds) {
  std::string text = "{\"" + std::string(1'000'000, 'k') + "\":[";
  for (int i = 0; i < 4000; ++i) text += "1,";
  text.back() = ']';
  text += '}';
  const Message m = Bench().content(text);
  ASSERT_EQ(m.fields.size(), 4000u);
  EXPECT_LT(m.fields[0].path.size(), 300u);
  EXPECT_THAT(m.notes, ElementsAre("payload|json:: a key of 1000000 bytes is cut to 256"));
}

TEST(JsonContent, WhatIsLargerThanABodyMayBeIsNotLookedInto) {
  DecodeOptions options;
  options.max_buffer = 1000;
  const std::string large = "{\"a\":\"" + std::string(2000, 'x') + "\"}";
  const Message m = Bench(options).content(large);
  ASSERT_EQ(m.fields.size(), 1u);
  EXPECT_EQ(m.fields[0].path, "payload");
  EXPECT_THAT(m.notes,
              ElementsAre("payload: 2008 bytes exceed the limit of 1000: it is not looked into"));
}

TEST(JsonContent, ValuesAreCountedAsTheyStandOnTheWire) {
  // 1, "b\u00e9" of 7 bytes between its quotes, true, {} and 2.50
  EXPECT_EQ(Bench()
                .content("{\"a\" : 1 , \"t\":\"b\\u00e9\",\"x\":true,\"y\":{},\"z\":2.50 }")
                .value_bytes,
            1u + 7 + 4 + 2 + 4);
  EXPECT_EQ(Bench().content("{\"a\":\"\"}").value_bytes, 0u);
}

}  // namespace
}  // namespace brewproof::decode
