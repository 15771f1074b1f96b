// One encoding after the other, from literal bytes of {"cents":180}.
#include "rig/decode/payload/codec.h"

#include <zlib.h>

#include <algorithm>
#include <chrono>

#include "tests/rig/decode/payload/opened.h"

namespace brewproof::decode {
namespace {

const Bytes gzip = hex("1f8b08000000000002ffab564a4ecd2b2956b232b430a80500a1e4680b0d000000");
const Bytes zlib_bytes = hex("78daab564a4ecd2b2956b232b430a805001ef1042d");
const Bytes bare = hex("ab564a4ecd2b2956b232b430a80500");
const Bytes brotli = hex("0b06807b2263656e7473223a3138307d03");
const Bytes zstd = hex("28b52ffd200d6900007b2263656e7473223a3138307d");
const Bytes lz4 = hex("04224d186040820d0000807b2263656e7473223a3138307d00000000");

TEST(Codec, WhatHttpDeclaresIsUndone) {
  EXPECT_THAT(opened(gzip, {{}, "gzip"}), ElementsAre("payload|gzip|json:/cents=180"));
  EXPECT_THAT(opened(gzip, {{}, "X-Gzip"}), ElementsAre("payload|gzip|json:/cents=180"));
  EXPECT_THAT(opened(zlib_bytes, {{}, "deflate"}), ElementsAre("payload|zlib|json:/cents=180"));
  EXPECT_THAT(opened(bare, {{}, "deflate"}), ElementsAre("payload|deflate|json:/cents=180"));
  EXPECT_THAT(opened(brotli, {{}, "br"}), ElementsAre("payload|br|json:/cents=180"));
  EXPECT_THAT(opened(zstd, {{}, "zstd"}), ElementsAre("payload|zstd|json:/cents=180"));
}

TEST(Codec, SeveralCodingsAreUndoneFromTheLast) {
  const Bytes both =
      hex("0b10801f8b08000000000002ffab564a4ecd2b2956b232b430a80500a1e4680b0d00000003");
  EXPECT_THAT(opened(both, {"application/json", "gzip, br"}),
              ElementsAre("payload|br|gzip|json:/cents=180"));
}

TEST(Codec, ACodingThatNobodyKnowsIsSaid) {
  const Message m = Bench().content("abc", {{}, "sdch"});
  EXPECT_THAT(lines(m), ElementsAre("payload=abc"));
  EXPECT_THAT(m.notes, ElementsAre("payload is encoded as sdch, which is not opened"));
}

TEST(Codec, ADeclaredCodingThatIsNotThereIsSaidAndTheContentReadAsItIs) {
  const Message m = Bench().content("{\"a\":1}", {{}, "gzip"});
  EXPECT_THAT(lines(m), ElementsAre("payload|json:/a=1"));
  EXPECT_THAT(m.notes,
              ElementsAre("payload could not be opened whole as gzip: incorrect header check at "
                          "byte 2"));
}

TEST(Codec, WhatHasMagicBytesIsToldWithoutADeclaration) {
  EXPECT_THAT(opened(gzip), ElementsAre("payload|gzip|json:/cents=180"));
  EXPECT_THAT(opened(zlib_bytes), ElementsAre("payload|zlib|json:/cents=180"));
  EXPECT_THAT(opened(zstd), ElementsAre("payload|zstd|json:/cents=180"));
  EXPECT_THAT(opened(lz4), ElementsAre("payload|lz4|json:/cents=180"));
}

TEST(Codec, BareDeflateIsToldByWhatComesOut) {
  // {"drink":"espresso","cents":180}
  EXPECT_THAT(
      opened(hex("ab564a29cacccb56b2524a2d2e284a2d2ece57d2514a4ecd2b2956b232b430a80500")),
      ElementsAre("payload|deflate|json:/drink=espresso", "payload|deflate|json:/cents=180"));
}

TEST(Codec, FramesAndMembersInARowAreJoined) {
  for (const auto& [bytes, coding] : {std::pair(gzip, "gzip"), {zstd, "zstd"}, {lz4, "lz4"}}) {
    Bytes twice = bytes;
    twice.insert(twice.end(), bytes.begin(), bytes.end());
    EXPECT_THAT(opened(twice, {"application/x-ndjson", coding}),
                ElementsAre(std::string("payload|") + coding + "={\"cents\":180}{\"cents\":180}"));
  }
}

TEST(Codec, CutAnywhereItSaysSoAndKeepsWhatCame) {
  for (const auto& [bytes, coding] : {std::pair(gzip, "gzip"),
                                      {zlib_bytes, "deflate"},
                                      {brotli, "br"},
                                      {zstd, "zstd"},
                                      {lz4, "lz4"}}) {
    for (std::size_t keep = 1; keep < bytes.size(); ++keep) {
      const Message m = Bench().content(ByteView(bytes).first(keep), {{}, coding});
      EXPECT_FALSE(m.notes.empty()) << coding << " cut after " << keep;
      EXPECT_EQ(m.value_bytes + m.unexplained_bytes, keep) << coding << " cut after " << keep;
    }
    check_every_cut(bytes);
  }
}

TEST(Codec, ADamagedCheckSumOpensNothingThatWasNotDeclared) {
  Bytes broken = gzip;
  broken[broken.size() - 6] ^= 1;
  EXPECT_THAT(opened(broken), ElementsAre("payload=" + to_hex(broken)));
}

TEST(Codec, TextEncodingsAreToldByTheirAlphabet) {
  EXPECT_THAT(opened("eyJjdXAiOiJlc3ByZXNzbyJ9"), ElementsAre("payload|base64|json:/cup=espresso"));
  EXPECT_THAT(opened("eyJjdXAiOiJsYXR0ZT8-fiJ9"),
              ElementsAre("payload|base64url|json:/cup=latte?>~"));
  EXPECT_THAT(opened("7b2261223a5b312c325d7d"),
              ElementsAre("payload|hex|json:/a/0=1", "payload|hex|json:/a/1=2"));
  EXPECT_THAT(opened("7B2261223A5B312C325D7D"),
              ElementsAre("payload|hex|json:/a/0=1", "payload|hex|json:/a/1=2"));
  EXPECT_THAT(opened("%7B%22a%22%3A1%7D"), ElementsAre("payload|url|json:/a=1"));
}

TEST(Codec, Base64MayStandInLines) {
  EXPECT_THAT(opened("eyJjdXAiOiJlc3ByZXNzbyIs\r\nIm4iOjF9\r\n"),
              ElementsAre("payload|base64|json:/cup=espresso", "payload|base64|json:/n=1"));
}

// RFC 4648 section 10.
TEST(Codec, Base64IsReadAsTheStandardHasIt) {
  const Codec& base64 = **std::find_if(codecs().begin(), codecs().end(),
                                       [](const Codec* c) { return c->name == "base64"; });
  const auto read = [&](std::string_view text) {
    Bytes bytes;
    Opening opening{bytes, 100};
    base64.open(as_bytes(text), opening);
    return opening.fault.empty() ? std::string(as_text(bytes)) : "fault: " + opening.fault;
  };
  EXPECT_EQ(read(""), "");
  EXPECT_EQ(read("Zg=="), "f");
  EXPECT_EQ(read("Zm8="), "fo");
  EXPECT_EQ(read("Zm9v"), "foo");
  EXPECT_EQ(read("Zm9vYg=="), "foob");
  EXPECT_EQ(read("Zm9vYmE="), "fooba");
  EXPECT_EQ(read("Zm9vYmFy"), "foobar");
  EXPECT_EQ(read("Zh=="), "fault: bits are left over at byte 4");
  EXPECT_EQ(read("Zm9v="), "fault: base64 is cut off at byte 5");
  EXPECT_EQ(read("Zm9vY"), "fault: base64 is cut off at byte 5");
  EXPECT_EQ(read("Zg==Zg=="), "fault: no base64 digit at byte 4");
}

TEST(Codec, AFieldSeenAsBase64urlStaysSo) {
  Bench bench;
  // Without padding; then 24 digits that would be base64 as well.
  EXPECT_THAT(lines(bench.content("eyJjdXAiOiJsYXR0ZSJ9")),
              ElementsAre("payload|base64|json:/cup=latte"));
  EXPECT_THAT(lines(bench.content("eyJjdXAiOiJsYXR0ZSIsIm4iOjF9")),
              ElementsAre("payload|base64|json:/cup=latte", "payload|base64|json:/n=1"));
  EXPECT_THAT(lines(bench.content("eyJjdXAiOiJsYXR0ZT8-fiJ9")),
              ElementsAre("payload|base64url|json:/cup=latte?>~"));
  EXPECT_THAT(lines(bench.content("eyJjdXAiOiJsYXR0ZSJ9")),
              ElementsAre("payload|base64url|json:/cup=latte"));
}

TEST(Codec, Utf16IsReadInBothOrders) {
  EXPECT_THAT(opened(hex("7b00 2200 6100 2200 3a00 3100 7d00")),
              ElementsAre("payload|utf16|json:/a=1"));
  EXPECT_THAT(opened(hex("feff 007b 0022 0061 0022 003a 0031 007d")),
              ElementsAre("payload|utf16|json:/a=1"));
  // With a byte order mark it is a text without doubt: "cafe" with an accent, and a cup beyond 16
  // bits.
  EXPECT_THAT(opened(hex("fffe 6300 6100 6600 e900 3dd8 75dd")),
              ElementsAre("payload|utf16=caf\xc3\xa9\xf0\x9f\x95\xb5"));
  EXPECT_THAT(opened(hex("fffe 6300 6100 3dd8 6100")), ElementsAre("payload=fffe630061003dd86100"));
}

TEST(Codec, FixedNumbersAreNotTakenForUtf16) {
  EXPECT_THAT(opened(hex("5d00 5a00 4100 4000 3000")), ElementsAre("payload=5d005a00410040003000"));
}

TEST(Codec, XorWithOneByteIsUndone) {
  EXPECT_THAT(opened(hex("2178353478606b27")), ElementsAre("payload|xor:5a|json:/on=1"));
  EXPECT_THAT(opened(hex("c1d7cccbce98c9c4d1d1c083cb9897")),
              ElementsAre("payload|xor:a5|kv:/drink=latte", "payload|xor:a5|kv:/n=2"));
}

TEST(Codec, XorWithTheByteBeforeIsUndone) {
  EXPECT_THAT(opened(hex("d0f281f88bff9af7d5ef94b6d1b4c09fec95e68fe187e8caf08bf68bf6")),
              ElementsAre("payload|xor:auto|json:/system/get_sysinfo={}"));
  EXPECT_THAT(opened(hex("d0594d014c180b4c")), ElementsAre("payload|xor:auto|json:/on=1"));
}

TEST(Codec, CutHiddenTextsStayClosed) {
  for (const Bytes& bytes :
       {hex("2178353478606b27"), hex("d0f281f88bff9af7d5ef94b6d1b4c09fec95e68fe187e8caf08bf68bf6"),
        hex("7b00220061002200 3a0031007d00"), wire::text("eyJjdXAiOiJlc3ByZXNzbyJ9"),
        wire::text("7b2261223a5b312c325d7d"), wire::text("%7B%22a%22%3A1%7D")})
    check_every_cut(bytes);
}

Bytes zeros_by_zlib(std::size_t count) {
  const Bytes zeros(count, 0);
  uLongf size = compressBound(zeros.size());
  Bytes bomb(size);
  EXPECT_EQ(compress2(bomb.data(), &size, zeros.data(), zeros.size(), 9), Z_OK);
  bomb.resize(size);
  return bomb;
}

TEST(Codec, ABombIsCutAtItsRatioAndAtTheLimit) {
  const Bytes bomb = zeros_by_zlib(20u << 20);  // about 1000 to 1
  const auto start = std::chrono::steady_clock::now();
  const Message by_ratio = Bench().content(bomb, {{}, "deflate"});
  EXPECT_THAT(by_ratio.notes, ::testing::Contains("payload could not be opened whole as zlib: it "
                                                  "unpacks to more than " +
                                                  std::to_string(bomb.size() * 100) + " bytes"));
  EXPECT_EQ(by_ratio.unexplained_bytes, bomb.size());
  const Message guessed = Bench().content(bomb);
  EXPECT_THAT(guessed.notes,
              ::testing::Contains("payload is not opened as zlib: it unpacks to more "
                                  "than " +
                                  std::to_string(bomb.size() * 100) + " bytes"));
  DecodeOptions small;
  small.max_buffer = 50000;
  EXPECT_THAT(Bench(small).content(bomb, {{}, "deflate"}).notes,
              ::testing::Contains("payload could not be opened whole as zlib: it unpacks to more "
                                  "than 50000 bytes"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(Codec, ABombInABombHasNoRatioOfItsOwn) {
  const Bytes inner = zeros_by_zlib(16u << 20);
  uLongf size = compressBound(inner.size());
  Bytes outer(size);
  ASSERT_EQ(compress2(outer.data(), &size, inner.data(), inner.size(), 9), Z_OK);
  outer.resize(size);
  const Message m = Bench().content(outer);  // all that may come out is 64 KiB or 100 to 1
  EXPECT_THAT(m.notes, ::testing::Contains(::testing::HasSubstr("it unpacks to more than")));
  EXPECT_EQ(m.unexplained_bytes, outer.size());
}

}  // namespace
}  // namespace brewproof::decode
