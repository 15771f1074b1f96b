#include "rig/model/bytes.h"

#include <gtest/gtest.h>

namespace brewproof {
namespace {

const Bytes six = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06};

TEST(ByteReader, ReadsBothByteOrders) {
  ByteReader reader(six);
  EXPECT_EQ(reader.be16(), 0x0102);
  EXPECT_EQ(reader.le32(), 0x06050403u);
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(reader.remaining(), 0u);
}

TEST(ByteReader, AReadPastTheEndFailsForGoodAndYieldsZeros) {
  for (std::size_t length = 0; length < 4; ++length) {
    ByteReader reader(ByteView(six).first(length));
    EXPECT_EQ(reader.be32(), 0u);
    EXPECT_FALSE(reader.ok());
    EXPECT_EQ(reader.u8(), 0u);
    EXPECT_FALSE(reader.ok());
  }
}

TEST(ByteReader, AHugeCountDoesNotWrap) {
  ByteReader reader(six);
  reader.skip(1);
  EXPECT_TRUE(reader.take(SIZE_MAX).empty());
  EXPECT_FALSE(reader.ok());
}

TEST(ToHex, IsLowerCase) { EXPECT_EQ(to_hex(Bytes{0x00, 0xAB, 0x5f}), "00ab5f"); }

TEST(ByteReader, HasNothingLeftOnceItHasFailedSoThatLoopsEnd) {
  const Bytes bytes = {1, 2, 3};
  ByteReader reader(bytes);
  reader.skip(4);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.remaining(), 0u);
}

}  // namespace
}  // namespace brewproof
