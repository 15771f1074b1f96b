#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/capture/reading.h"

namespace brewproof {
namespace {

using testing::HasSubstr;

// kLittleMicroseconds packed by zlib: 10 bytes of header, 43 of data, check value, length 62.
const char* const kPacked =
    "1f8b08000000000002ff"
    "bb7278d3422606160604606160045115cf33aac13c08beb776df7b46a098c24276062620df06884ffd0300"
    "b8a4feac 3e000000";
// The same in two members: file header and first record (44 bytes), second record (18 bytes).
const char* const kFirstMember =
    "1f8b08000000000002ff"
    "bb7278d3422606160604606160045115cf33aac13c08beb776df7b00"
    "04df9b48 2c000000";
const char* const kSecondMember =
    "1f8b08000000000002ff"
    "63ac789ea1b0909d81898181c106884ffd0300"
    "27383c74 12000000";

TEST(GzipFile, GivesThePacketsAndOffsetsOfTheUnpackedFile) {
  const Scratch scratch;
  const auto packed = read_bytes(scratch, hex(kPacked));
  const auto plain = read_bytes(scratch, hex(kLittleMicroseconds));
  EXPECT_FALSE(packed.error) << packed.error->message;
  EXPECT_EQ(packed.bytes, (std::vector<std::string>{"deadbeef", "cafe"}));
  EXPECT_EQ(packed.bytes, plain.bytes);
  ASSERT_EQ(packed.packets.size(), 2u);
  EXPECT_EQ(packed.packets[1].place, (PacketPlace{7, 44, 2}));
  EXPECT_EQ(packed.packets[1].time_ns, 1'760'000'001'500'000'000);
}

TEST(GzipFile, MayHaveSeveralMembersAndZerosBehindThem) {
  const Scratch scratch;
  auto bytes = hex(kFirstMember);
  const auto second = hex(kSecondMember);
  bytes.insert(bytes.end(), second.begin(), second.end());
  EXPECT_EQ(read_bytes(scratch, bytes).packets.size(), 2u);
  EXPECT_FALSE(read_bytes(scratch, bytes).error);
  bytes.resize(bytes.size() + 1024);
  EXPECT_EQ(read_bytes(scratch, bytes).packets.size(), 2u);
  EXPECT_FALSE(read_bytes(scratch, bytes).error);
}

TEST(GzipFile, BytesBehindItThatAreNoMemberAreDamageAfterItsPackets) {
  const Scratch scratch;
  auto bytes = hex(kPacked);
  bytes.push_back('x');
  bytes.push_back('y');
  const auto reading = read_bytes(scratch, bytes);
  EXPECT_EQ(reading.packets.size(), 2u);
  ASSERT_TRUE(reading.error);
  EXPECT_THAT(reading.error->message, HasSubstr("damaged gzip file: incorrect header check"));
}

TEST(GzipFile, CutAtAnyByteYieldsThePacketsBeforeAndNamesItsOwnOffset) {
  const Scratch scratch;
  auto whole = hex(kFirstMember);  // the first record ends with this member
  const std::size_t first = whole.size();
  const auto second = hex(kSecondMember);
  whole.insert(whole.end(), second.begin(), second.end());
  for (std::size_t size = 2; size < whole.size(); ++size) {
    const auto reading = read_bytes(scratch, ByteView(whole).first(size));
    if (size >= first) {
      EXPECT_GE(reading.packets.size(), 1u) << size;
    }
    EXPECT_EQ(reading.error.has_value(), size != first) << size;
    if (!reading.error) continue;
    EXPECT_EQ(reading.error->code, ErrorCode::bad_file);
    EXPECT_THAT(reading.error->message, HasSubstr(fmt::format("x.pcap:{}: ", size)));
    EXPECT_THAT(reading.error->message, HasSubstr("ends inside its compressed data"));
  }
}

TEST(GzipFile, AWrongCheckValueIsDamageAfterThePackets) {
  const Scratch scratch;
  auto bytes = hex(kPacked);
  bytes[bytes.size() - 8] ^= 1;
  const auto reading = read_bytes(scratch, bytes);
  EXPECT_EQ(reading.packets.size(), 2u);
  ASSERT_TRUE(reading.error);
  EXPECT_THAT(reading.error->message, HasSubstr("incorrect data check"));
}

TEST(GzipFile, ThatHoldsNoCaptureIsToldByWhatItHolds) {
  const Scratch scratch;
  // "GET " packed, stored as one block.
  const auto reading =
      read_bytes(scratch, hex("1f8b08000000000000ff 01 0400 fbff 47455420 2b486fb4 04000000"));
  ASSERT_TRUE(reading.error);
  EXPECT_THAT(reading.error->message, HasSubstr("neither pcap nor pcapng: it opens with 47455420"));
}

// Whatever stands in it, the reader ends with packets or an error of the file.
TEST(GzipFile, AnyChangedByteIsSurvived) {
  const Scratch scratch;
  const auto whole = hex(kPacked);
  for (std::size_t at = 0; at < whole.size(); ++at)
    for (const std::uint8_t flip : {0x01, 0x80, 0xff}) {
      auto bytes = whole;
      bytes[at] ^= flip;
      const auto reading = read_bytes(scratch, bytes);
      EXPECT_LE(reading.packets.size(), 2u);
      if (reading.error) {
        EXPECT_EQ(reading.error->code, ErrorCode::bad_file);
      }
    }
}

}  // namespace
}  // namespace brewproof
