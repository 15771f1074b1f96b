// Blocks of the MDB bus: check byte, length, ACK, NAK, RET, mode bits.

#include "drivers/mdb/block.h"

#include <gtest/gtest.h>

#include "tests/drivers/mdb/transcript.h"

namespace brewproof::mdb::testing {
namespace {

TEST(MdbBlock, TheCheckByteIsTheSum) {
  const Bytes bytes = bytes_of("13 00 00 64 00 01 78");
  const auto block = read_block(bytes, From::master);
  ASSERT_TRUE(block);
  EXPECT_EQ(block->kind, Block::Kind::data);
  EXPECT_EQ(to_hex(block->content), "130000640001");
  EXPECT_EQ(check_byte(block->content), 0x78);
}

TEST(MdbBlock, AcknowledgementsStandAlone) {
  EXPECT_EQ(read_block(bytes_of("00"), From::master)->kind, Block::Kind::ack);
  EXPECT_EQ(read_block(bytes_of("00"), From::peripheral)->kind, Block::Kind::ack);
  EXPECT_EQ(read_block(bytes_of("FF"), From::peripheral)->kind, Block::Kind::nak);
  EXPECT_EQ(read_block(bytes_of("AA"), From::master)->kind, Block::Kind::ret);
  EXPECT_EQ(read_block(bytes_of("AA"), From::peripheral).error(),
            (Fault{0, "a lone byte is none of ACK, NAK and RET"}));
  EXPECT_EQ(read_block(bytes_of("12"), From::master).error().at, 0u);
}

// JUST RESET is 00 and its check byte 00.
TEST(MdbBlock, JustResetIsNoAcknowledgement) {
  const Bytes bytes = bytes_of("00 00*");
  const auto block = read_block(bytes, From::peripheral);
  ASSERT_TRUE(block);
  EXPECT_EQ(block->kind, Block::Kind::data);
  EXPECT_EQ(to_hex(block->content), "00");
}

TEST(MdbBlock, ABlockHasUpTo36Bytes) {
  Bytes longest(35, 0x01);
  longest.push_back(check_byte(longest));
  EXPECT_TRUE(read_block(longest, From::peripheral));
  Bytes longer(36, 0x01);
  longer.push_back(check_byte(longer));
  EXPECT_EQ(read_block(longer, From::peripheral).error(),
            (Fault{36, "the block is longer than 36 bytes"}));
  EXPECT_EQ(read_block({}, From::master).error(), (Fault{0, "the block is empty"}));
}

TEST(MdbBlock, AFaultNamesItsByte) {
  const Bytes bytes = bytes_of("06 0A 07 04 1C");
  const auto block = read_block(bytes, From::peripheral);
  ASSERT_FALSE(block);
  EXPECT_EQ(fault_text(block.error(), bytes), "byte 4 of 060a07041c: the check byte does not hold");
}

// One damaged bit is never overlooked: the sum changes with each.
TEST(MdbBlock, NoSingleDamagedBitPasses) {
  const Bytes sound = bytes_of("01 01 19 78 01 02 05 00 9B");
  for (std::size_t at = 0; at < sound.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      Bytes damaged = sound;
      damaged[at] ^= static_cast<std::uint8_t>(1U << bit);
      EXPECT_FALSE(read_block(damaged, From::peripheral)) << at << "," << bit;
    }
  }
}

TEST(MdbBlock, TheMasterMarksItsFirstByteAndThePeripheralItsLast) {
  const auto spoken = transcript(
      "VMC 11* 00 02 00 00 00 13   PER 01 01 19 78 01 02 05 00 9B*   VMC 00  PER 00 00*  PER 00* "
      "VMC AA  PER FF*");
  for (const Spoken& block : spoken)
    for (std::size_t at = 0; at < block.bytes.size(); ++at)
      EXPECT_EQ(mode_bit(block.from, at, block.bytes.size()), block.mode_bits[at])
          << to_hex(block.bytes) << " at " << at;
}

TEST(MdbBlock, TheAddressIsInTheUpperFiveBits) {
  EXPECT_EQ(address_of(0x13), cashless_address);
  EXPECT_EQ(address_of(0x67), second_cashless_address);
  EXPECT_EQ(address_of(0x0F), changer_address);
  EXPECT_EQ(address_of(0x37), bill_address);
}

}  // namespace
}  // namespace brewproof::mdb::testing
