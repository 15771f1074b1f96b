#include "rig/decode/payload/inflate.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <chrono>

#include "tests/rig/decode/wire.h"

namespace brewproof::decode {
namespace {

const Bytes gzip = wire::hex("1f8b08000000000002ffab564a4ecd2b2956b232b430a80500a1e4680b0d000000");
const Bytes zlib = wire::hex("78daab564a4ecd2b2956b232b430a805001ef1042d");
const Bytes raw = wire::hex("ab564a4ecd2b2956b232b430a80500");
constexpr std::string_view plain = "{\"cents\":180}";

TEST(Inflate, TellsTheThreeFormatsApart) {
  for (const Bytes& packed : {gzip, zlib, raw}) {
    const Inflated opened = inflate_all(packed, 100, 1 << 20);
    EXPECT_EQ(as_text(opened.bytes), plain) << to_hex(packed);
    EXPECT_EQ(opened.fault, "") << to_hex(packed);
  }
}

TEST(Inflate, ReadsGzipMembersInARow) {
  Bytes twice = gzip;
  twice.insert(twice.end(), gzip.begin(), gzip.end());
  EXPECT_EQ(as_text(inflate_all(twice, 100, 1 << 20).bytes),
            std::string(plain) + std::string(plain));
}

TEST(Inflate, CutAnywhereItSaysSoAndKeepsWhatCame) {
  for (std::size_t keep = 0; keep < gzip.size(); ++keep) {
    const Inflated opened = inflate_all(ByteView(gzip).first(keep), 100, 1 << 20);
    EXPECT_NE(opened.fault, "") << keep;
    EXPECT_LE(opened.bytes.size(), plain.size());
  }
}

TEST(Inflate, ABombIsCutOffAtItsRatioAndAtTheLimit) {
  const Bytes zeros(20u << 20, 0);
  uLongf size = compressBound(zeros.size());
  Bytes bomb(size);
  ASSERT_EQ(compress2(bomb.data(), &size, zeros.data(), zeros.size(), 9), Z_OK);
  bomb.resize(size);  // about 1000 to 1
  const auto start = std::chrono::steady_clock::now();
  const Inflated by_ratio = inflate_all(bomb, 100, 16u << 20);
  EXPECT_EQ(by_ratio.bytes.size(), bomb.size() * 100);
  EXPECT_EQ(by_ratio.fault,
            "it unpacks to more than " + std::to_string(bomb.size() * 100) + " bytes");
  EXPECT_EQ(inflate_all(bomb, 100, 5000).bytes.size(), 5000u);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

}  // namespace
}  // namespace brewproof::decode
