// Values inside values: opened where that gives a structure, else left as they are.
#include <random>

#include "rig/decode/text.h"
#include "tests/rig/decode/payload/opened.h"

namespace brewproof::decode {
namespace {

TEST(Nesting, AFormFieldMayHoldPackedJson) {
  const Message m = Bench().content("d=H4sIAAAAAAAC%2F6tWSk7NKylWsjK0MKgFAKHkaAsNAAAA&n=5",
                                    {"application/x-www-form-urlencoded"}, "body");
  EXPECT_THAT(lines(m), ElementsAre("form:d|base64|gzip|json:/cents=180", "form:n=5"));
  EXPECT_EQ(m.value_bytes, 46u + 1);  // the whole encoding, escapes and all; nothing inside again
}

TEST(Nesting, JsonMayHoldJsonAndEncodedJson) {
  EXPECT_THAT(opened(R"({"p":"eyJjdXAiOiJlc3ByZXNzbyJ9","q":"{\"a\":[1]}","id":"eyJjdXAi"})"),
              ElementsAre("payload|json:/p|base64|json:/cup=espresso",
                          "payload|json:/q|json:/a/0=1", "payload|json:/id=eyJjdXAi"));
}

TEST(Nesting, AQueryValueMayBeHidden) {
  EXPECT_THAT(lines(Bench().value("2178353478606b27")),
              ElementsAre("query:x|hex|xor:5a|json:/on=1"));
  EXPECT_EQ(Bench().value("2178353478606b27").value_bytes, 16u);
}

TEST(Nesting, ThreeEncodingsAreUndoneAndNoMore) {
  // {"a":[1,2]} in base64, three and four times.
  EXPECT_THAT(opened("WlhsS2FFbHFjR0pOVTNkNVdGZ3dQUT09"),
              ElementsAre("payload|base64|base64|base64|json:/a/0=1",
                          "payload|base64|base64|base64|json:/a/1=2"));
  const std::string_view often = "V2xoc1MyRkZiSEZqUjBwT1ZUTmtOVmRHWjNkUVVUMDk=";
  const Message m = Bench().content(often);
  EXPECT_THAT(lines(m), ElementsAre("payload=" + std::string(often)));
  EXPECT_THAT(m.notes, ElementsAre("payload: more than 3 encodings inside one another: the rest "
                                   "stays as it is"));
}

// Undone three times it is a word, whose letters could be base64 too.
TEST(Nesting, AWordInThreeEncodingsIsNoFourth) {
  // "internationalization" in base64, once to three times.
  for (const std::string_view text :
       {"aW50ZXJuYXRpb25hbGl6YXRpb24=", "YVc1MFpYSnVZWFJwYjI1aGJHbDZZWFJwYjI0PQ==",
        "WVZjMU1GcFlTblZaV0ZKd1lqSTFhR0pIYkRaWldGSndZakkwUFE9PQ=="})
    EXPECT_THAT(Bench().content(text).notes, IsEmpty()) << text;
}

TEST(Nesting, ThreeStructuresAreReadAndNoMore) {
  const std::string third = R"({"c":"{\"d\":1}"})";
  const auto quoted = [](std::string_view text) {
    std::string all;
    for (const char c : text) {
      if (c == '"' || c == '\\') all += '\\';
      all += c;
    }
    return all;
  };
  const auto nested = [&](std::string_view inner) {
    return "{\"a\":\"" + quoted("{\"b\":\"" + quoted(inner) + "\"}") + "\"}";
  };
  const Message m = Bench().content(nested(third));
  EXPECT_THAT(lines(m), ElementsAre("payload|json:/a|json:/b|json:/c={\"d\":1}"));
  EXPECT_THAT(m.notes, ElementsAre("payload|json:/a|json:/b|json:/c is not read as JSON: more than "
                                   "3 structures inside one another"));
  EXPECT_THAT(Bench().content(nested(R"({"c":"[started] brew [done]"})")).notes, IsEmpty());
}

TEST(Nesting, OrdinaryTextsStayAsTheyAre) {
  for (const std::string_view text :
       {"Espresso macchiato, please", "2025-10-09T08:53:20Z", "internationalization",
        "temperatureSensorFailure", "api.kiosk.example:8080", "/data/user/0/cafe/beans.log",
        "https://x.example/a?b=1&c=2", "4111111111111111", "1760000000000000000",
        "123e4567-e89b-12d3-a456-426614174000", "d41d8cd98f00b204e9800998ecf8427e",
        "[started] brew [done]", "<not xml at all", "100% Arabica%20", "a=b=c and more words",
        "Mozilla/5.0 (X11; Linux x86_64)", "K95;2.1.7;en-US;Asia/Shanghai",
        "AA:BB:CC:DD:EE:FF:00:11"})
    EXPECT_THAT(lines(Bench().value(text)), ElementsAre("query:x=" + std::string(text)));
}

/// How many of `count` random values are taken for something.
template <class Make>
int claimed(int count, Make make, std::string* example) {
  Bench bench;
  int found = 0;
  for (int i = 0; i < count; ++i) {
    const std::string text = make();
    const Message m = bench.value(text);
    if (m.fields.size() == 1 && m.fields[0].path == "query:x" && m.notes.empty()) continue;
    ++found;
    *example = lines(m).empty() ? text : lines(m).front() + " of " + text;
  }
  return found;
}

TEST(Nesting, RandomIdsStayIds) {
  std::mt19937_64 random(7);
  std::string example;
  const auto of = [&](std::string_view digits, std::size_t size) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i) text += digits[random() % digits.size()];
    return text;
  };
  constexpr std::string_view base64 =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  constexpr std::string_view base64url =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (const std::size_t size : {16, 24, 32, 40, 64}) {
    EXPECT_EQ(claimed(1000, [&] { return of("0123456789abcdef", size); }, &example), 0) << example;
    EXPECT_EQ(claimed(1000, [&] { return of(base64, size); }, &example), 0) << example;
    EXPECT_EQ(claimed(1000, [&] { return of(base64url, size - 2); }, &example), 0) << example;
    EXPECT_EQ(claimed(
                  20000, [&] { return of(base64.substr(0, 62), size); }, &example),
              0)
        << example;
  }
}

TEST(Nesting, RandomBytesStayUnexplained) {
  std::mt19937_64 random(8);
  Bench bench;
  for (const std::size_t size : {4, 8, 12, 16, 20, 32, 64, 200}) {
    int found = 0;
    std::string example;
    for (int i = 0; i < 3000; ++i) {
      Bytes bytes(size);
      for (auto& b : bytes) b = static_cast<std::uint8_t>(random());
      if (is_readable(as_text(bytes))) continue;  // a text, and perhaps a=b
      const Message m = bench.content(bytes);
      if (m.fields.size() == 1 && m.fields[0].path == "payload" && m.notes.empty()) continue;
      ++found;
      example = lines(m).front() + " of " + to_hex(bytes);
    }
    EXPECT_LE(found, 1) << size << ": " << example;
  }
}

TEST(Nesting, ABinaryRestIsUnexplainedAndATextIsAValue) {
  const Message binary = Bench().content(hex("01020304fffefd"));
  EXPECT_EQ(binary.unexplained_bytes, 7u);
  EXPECT_EQ(binary.value_bytes, 0u);
  EXPECT_EQ(binary.fields.at(0).type, FieldType::bytes);
  const Message text = Bench().content("hello");
  EXPECT_EQ(text.unexplained_bytes, 0u);
  EXPECT_EQ(text.value_bytes, 5u);
}

TEST(Nesting, PicturesAreNotLookedInto) {
  const Message m = Bench().content("{\"a\":1}", {"image/png"});
  EXPECT_THAT(lines(m), ElementsAre("payload={\"a\":1}"));
}

}  // namespace
}  // namespace brewproof::decode
