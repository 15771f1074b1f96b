#include "rig/capture/capture_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/rig/capture/reading.h"

namespace brewproof {
namespace {

using testing::HasSubstr;

TEST(PcapFile, ReadsMicrosecondsInLittleEndian) {
  const Scratch scratch;
  const auto reading = read_bytes(scratch, hex(kLittleMicroseconds));
  EXPECT_FALSE(reading.error);
  ASSERT_EQ(reading.packets.size(), 2u);
  EXPECT_EQ(reading.bytes[0], "deadbeef");
  EXPECT_EQ(reading.packets[0].time_ns, 1'760'000'000'000'123'000);
  EXPECT_EQ(reading.packets[0].original_length, 4u);
  EXPECT_EQ(reading.packets[0].link_type, 1);
  EXPECT_EQ(reading.packets[0].place, (PacketPlace{7, 24, 1}));
  EXPECT_EQ(reading.bytes[1], "cafe");
  EXPECT_EQ(reading.packets[1].time_ns, 1'760'000'001'500'000'000);
  EXPECT_EQ(reading.packets[1].original_length, 60u);
  EXPECT_EQ(reading.packets[1].place, (PacketPlace{7, 44, 2}));
  EXPECT_EQ(reading.dropped, std::nullopt);
}

TEST(PcapFile, ReadsNanosecondsInBigEndian) {
  const Scratch scratch;
  const auto reading = read_bytes(scratch, hex(kBigNanoseconds));
  EXPECT_FALSE(reading.error);
  ASSERT_EQ(reading.packets.size(), 2u);
  EXPECT_EQ(reading.packets[0].time_ns, 1'760'000'000'000'000'123);
  EXPECT_EQ(reading.packets[1].time_ns, 1'760'000'001'500'000'000);
  EXPECT_EQ(reading.bytes[1], "cafe");
}

TEST(PcapFile, TakesTheCheckSequenceOff) {
  const Scratch scratch;
  const auto reading = read_bytes(scratch, hex("d4c3b2a1 0200 0400 00000000 00000000 00000400"
                                               "01000024"  // bit 26: 2 words of 16 bits
                                               "0078e768 00000000 06000000 06000000 aabbffffffff"
                                               "0078e768 00000000 02000000 40000000 aabb"));
  ASSERT_EQ(reading.packets.size(), 2u);
  EXPECT_EQ(reading.bytes[0], "aabb");
  EXPECT_EQ(reading.packets[0].original_length, 2u);
  EXPECT_EQ(reading.bytes[1], "aabb");
  EXPECT_EQ(reading.packets[1].original_length, 60u);
  EXPECT_EQ(reading.packets[0].link_type, 1);
}

TEST(PcapFile, AbsurdLengthIsDamageAtTheRecord) {
  const Scratch scratch;
  auto bytes = hex(kLittleMicroseconds);
  bytes[44 + 8 + 3] = 0x7f;
  const auto reading = read_bytes(scratch, bytes);
  EXPECT_EQ(reading.packets.size(), 1u);
  ASSERT_TRUE(reading.error);
  EXPECT_EQ(reading.error->code, ErrorCode::bad_file);
  EXPECT_THAT(reading.error->message, HasSubstr("x.pcap:44: "));
}

TEST(PcapFile, CutAtAnyByteYieldsThePacketsBefore) {
  const Scratch scratch;
  const auto whole = hex(kLittleMicroseconds);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto reading = read_bytes(scratch, ByteView(whole).first(size));
    EXPECT_EQ(reading.packets.size(), size >= 44 ? 1u : 0u) << size;
    EXPECT_EQ(reading.error.has_value(), size != 24 && size != 44) << size;
    if (!reading.error) continue;
    EXPECT_EQ(reading.error->code, ErrorCode::bad_file);
    const int offset = size > 44 ? 44 : size > 24 ? 24 : 0;
    EXPECT_THAT(reading.error->message, HasSubstr(fmt::format("x.pcap:{}: ", offset)));
  }
}

// A section (28 bytes), an interface in nanoseconds (40), an enhanced packet of 5 bytes (40), a
// simple packet of 3 (20), statistics with 2 + 5 drops (52).
const char* const kLittlePcapng =
    "0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000"
    "01000000 28000000 0100 0000 00000400 0200 0400 65746830 0900 0100 09000000 0000 0000 28000000"
    "06000000 28000000 00000000 95bf6c18 7b806b18 05000000 40000000 0102030405000000 28000000"
    "03000000 14000000 03000000 0a0b0c00 14000000"
    "05000000 34000000 00000000 95bf6c18 7b806b18"
    "0500 0800 0200000000000000 0700 0800 0500000000000000 0000 0000 34000000";

TEST(PcapngFile, ReadsEveryKindOfPacketAndTheDrops) {
  const Scratch scratch;
  const auto reading = read_bytes(scratch, hex(kLittlePcapng));
  EXPECT_FALSE(reading.error) << reading.error->message;
  ASSERT_EQ(reading.packets.size(), 2u);
  EXPECT_EQ(reading.bytes[0], "0102030405");
  EXPECT_EQ(reading.packets[0].time_ns, 0x186cbf95'186b807b);
  EXPECT_EQ(reading.packets[0].original_length, 64u);
  EXPECT_EQ(reading.packets[0].place, (PacketPlace{7, 68, 1}));
  EXPECT_EQ(reading.bytes[1], "0a0b0c");
  EXPECT_EQ(reading.packets[1].place, (PacketPlace{7, 108, 2}));
  EXPECT_EQ(reading.dropped, 7u);
}

TEST(PcapngFile, CutAtAnyByteYieldsThePacketsBefore) {
  const Scratch scratch;
  const auto whole = hex(kLittlePcapng);
  const std::vector<std::size_t> starts{0, 28, 68, 108, 128, whole.size()};
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto reading = read_bytes(scratch, ByteView(whole).first(size));
    EXPECT_EQ(reading.packets.size(), size >= 128 ? 2u : size >= 108 ? 1u : 0u) << size;
    const auto block = std::prev(std::upper_bound(starts.begin(), starts.end(), size));
    EXPECT_EQ(reading.error.has_value(), size == 0 || *block != size) << size;
    if (!reading.error) continue;
    EXPECT_EQ(reading.error->code, ErrorCode::bad_file);
    EXPECT_THAT(reading.error->message, HasSubstr(fmt::format("x.pcap:{}: ", *block)));
  }
}

TEST(PcapngFile, ReadsBigEndianMicrosecondsByDefault) {
  const Scratch scratch;
  const auto reading =
      read_bytes(scratch, hex("0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c"
                              "00000001 00000014 0071 0000 00000000 00000014"
                              "00000006 00000024 00000000 000640b5 3c6c807b 00000002 00000002"
                              "beef0000 00000024"));
  EXPECT_FALSE(reading.error) << reading.error->message;
  ASSERT_EQ(reading.packets.size(), 1u);
  // 0x000640b53c6c807b = 1759997007265915 us
  EXPECT_EQ(reading.packets[0].time_ns, 1'759'997'007'265'915'000);
  EXPECT_EQ(reading.packets[0].link_type, 113);
  EXPECT_EQ(reading.bytes[0], "beef");
  EXPECT_EQ(reading.dropped, std::nullopt);
}

TEST(PcapngFile, CountsTicksOfPowersOfTwoFromTheInterfacesOffset) {
  const Scratch scratch;
  // if_tsresol 2^-4, if_tsoffset 1000 s: 24 ticks are 1001.5 s.
  const auto reading =
      read_bytes(scratch, hex("0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000"
                              "01000000 2c000000 0100 0000 00000000 0900 0100 84000000"
                              "0e00 0800 e803000000000000 00000000 2c000000"
                              "06000000 20000000 00000000 00000000 18000000 00000000 00000000"
                              "20000000"));
  EXPECT_FALSE(reading.error) << reading.error->message;
  ASSERT_EQ(reading.packets.size(), 1u);
  EXPECT_EQ(reading.packets[0].time_ns, 1'001'500'000'000);
}

TEST(PcapngFile, ASecondSectionHasItsOwnByteOrderAndInterfaces) {
  const Scratch scratch;
  auto bytes = hex(kLittlePcapng);
  const auto second = hex(
      "0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c"
      "00000001 00000014 0001 0000 00000000 00000014"
      "00000001 00000014 0069 0000 00000000 00000014"
      "00000006 00000024 00000001 00000000 00000001 00000002 00000002 beef0000 00000024"
      "00000005 00000028 00000000 00000000 00000000 0005 0008 0000000000000003 00000000 00000028");
  bytes.insert(bytes.end(), second.begin(), second.end());
  const auto reading = read_bytes(scratch, bytes);
  EXPECT_FALSE(reading.error) << reading.error->message;
  ASSERT_EQ(reading.packets.size(), 3u);
  EXPECT_EQ(reading.packets[2].link_type, 105);
  EXPECT_EQ(reading.packets[2].time_ns, 1000);
  EXPECT_EQ(reading.packets[2].place.frame, 3u);
  EXPECT_EQ(reading.dropped, 10u);
}

TEST(PcapngFile, PassesOverBlocksItDoesNotKnow) {
  const Scratch scratch;
  auto bytes = hex(kLittlePcapng);
  const auto secrets =
      hex("0a000000 1c000000 4b534c54 06000000 434c49454e540000 1c000000"  // decryption secrets
          "04000000 10000000 00000000 10000000"                            // name resolution
          "ad0b0000 10000000 12345678 10000000");                          // custom
  bytes.insert(bytes.begin() + 28, secrets.begin(), secrets.end());
  const auto reading = read_bytes(scratch, bytes);
  EXPECT_FALSE(reading.error) << reading.error->message;
  EXPECT_EQ(reading.packets.size(), 2u);
}

TEST(PcapngFile, PassesOverALongBlockWithoutHoldingIt) {
  const Scratch scratch;
  auto bytes = hex(kLittlePcapng);
  Bytes block(20u << 20);
  const auto head = hex("99090000 00004001"), tail = hex("00004001");
  std::copy(head.begin(), head.end(), block.begin());
  std::copy(tail.begin(), tail.end(), block.end() - 4);
  bytes.insert(bytes.begin() + 28, block.begin(), block.end());
  const auto reading = read_bytes(scratch, bytes);
  EXPECT_FALSE(reading.error) << reading.error->message;
  EXPECT_EQ(reading.packets.size(), 2u);
}

struct Damage {
  const char* name;
  std::size_t at;
  const char* bytes;
  std::size_t block;    // where the error must point
  const char* message;  // what it must say
};

void PrintTo(const Damage& damage, std::ostream* out) { *out << damage.name; }

class PcapngDamage : public testing::TestWithParam<Damage> {};

TEST_P(PcapngDamage, IsReportedWithItsPlace) {
  const Scratch scratch;
  auto bytes = hex(kLittlePcapng);
  const auto patch = hex(GetParam().bytes);
  std::copy(patch.begin(), patch.end(), bytes.begin() + static_cast<long>(GetParam().at));
  const auto reading = read_bytes(scratch, bytes);
  ASSERT_TRUE(reading.error);
  EXPECT_EQ(reading.error->code, ErrorCode::bad_file);
  EXPECT_THAT(reading.error->message, HasSubstr(fmt::format("x.pcap:{}: ", GetParam().block)));
  EXPECT_THAT(reading.error->message, HasSubstr(GetParam().message));
  EXPECT_EQ(reading.packets.size(), GetParam().block > 68 ? 1u : 0u);
}

INSTANTIATE_TEST_SUITE_P(
    File, PcapngDamage,
    testing::Values(Damage{"Magic", 8, "00000000", 0, "byte-order magic"},
                    Damage{"Version", 12, "0200", 0, "version 2"},
                    Damage{"LengthBelowTwelve", 32, "08000000", 28, "length of 8"},
                    Damage{"LengthOffTheGrid", 32, "29000000", 28, "length of 41"},
                    Damage{"LengthAbsurd", 72, "fcffff7f", 68, "length of 2147483644"},
                    Damage{"TrailingLength", 104, "24000000", 68, "ends with 36"},
                    Damage{"UnknownInterface", 76, "01000000", 68, "interface 1"},
                    Damage{"CapturedBeyondBlock", 88, "09000000", 68, "room for 8"},
                    Damage{"CapturedOverflow", 88, "ffffffff", 68, "room for 8"},
                    Damage{"OptionBeyondBlock", 46, "2000", 28, "option 2"},
                    Damage{"SimpleBeyondBlock", 116, "05000000", 108, "room for 4"}),
    [](const auto& damage) { return std::string(damage.param.name); });

TEST(PcapngFile, TimeBeyond2262IsDamage) {
  const Scratch scratch;
  auto bytes = hex(kLittlePcapng);
  bytes[56] = 0;  // if_tsresol: seconds
  const auto reading = read_bytes(scratch, bytes);
  ASSERT_TRUE(reading.error);
  EXPECT_THAT(reading.error->message, HasSubstr("2262"));
}

TEST(CaptureFile, NamesWhatItCannotBe) {
  const Scratch scratch;
  EXPECT_THAT(read_bytes(scratch, {}).error->message, HasSubstr("empty"));
  EXPECT_THAT(read_bytes(scratch, hex("28b52ffd 00000000")).error->message, HasSubstr("unzstd"));
  EXPECT_THAT(read_bytes(scratch, hex("47455420")).error->message, HasSubstr("47455420"));
  const auto missing = read_all(scratch.path("missing.pcap"));
  ASSERT_TRUE(missing.error);
  EXPECT_EQ(missing.error->code, ErrorCode::bad_file);
  EXPECT_THAT(missing.error->message, HasSubstr("No such file"));
}

TEST(CaptureFile, StaysDamaged) {
  const Scratch scratch;
  auto bytes = hex(kLittlePcapng);
  bytes[72] = 9;
  auto reader = CaptureFileReader::open(scratch.file("x.pcapng", bytes));
  ASSERT_TRUE(reader);
  const auto first = reader->next();
  ASSERT_FALSE(first);
  const auto second = reader->next();
  ASSERT_FALSE(second);
  EXPECT_EQ(first.error().message, second.error().message);
}

TEST(CaptureFile, PacketsAreWholeAcrossTheBuffersEdge) {
  const Scratch scratch;
  auto bytes = hex("d4c3b2a1 0200 0400 00000000 00000000 00000400 01000000");
  std::vector<std::string> expected;
  for (std::uint32_t i = 0; i < 900; ++i) {  // 0.4 MB through a buffer of 256 KiB
    const std::uint32_t size = i % 1451;
    const auto header = hex(fmt::format("0078e768 00000000 {:02x}{:02x}0000 {:02x}{:02x}0000",
                                        size & 0xff, size >> 8, size & 0xff, size >> 8));
    bytes.insert(bytes.end(), header.begin(), header.end());
    const Bytes data(size, static_cast<std::uint8_t>(i));
    bytes.insert(bytes.end(), data.begin(), data.end());
    expected.push_back(to_hex(data));
  }
  const auto reading = read_bytes(scratch, bytes);
  EXPECT_FALSE(reading.error);
  EXPECT_EQ(reading.bytes, expected);
}

// Whatever stands in the file, the reader ends, and no packet overruns its block.
TEST(CaptureFile, MutatedFilesNeverCrashAndAlwaysEnd) {
  const Scratch scratch;
  std::mt19937 draw(20260101);
  for (const char* const seed : {kLittleMicroseconds, kBigNanoseconds, kLittlePcapng}) {
    const auto whole = hex(seed);
    for (int round = 0; round < 200; ++round) {
      auto bytes = whole;
      for (unsigned change = draw() % 4 + 1; change > 0; --change) {
        const std::size_t at = draw() % bytes.size();
        switch (draw() % 4) {
          case 0:
            bytes[at] = static_cast<std::uint8_t>(draw());
            break;
          case 1:
            bytes[at] ^= static_cast<std::uint8_t>(1u << draw() % 8);
            break;
          case 2:
            bytes[at] = draw() % 2 == 0 ? 0xff : 0;
            break;
          default:
            bytes.insert(bytes.begin() + static_cast<long>(at), bytes.begin(),
                         bytes.begin() + static_cast<long>(draw() % bytes.size()));
        }
      }
      const auto reading = read_bytes(scratch, bytes);
      EXPECT_LE(reading.packets.size(), bytes.size() / 16);
      if (reading.error) {
        EXPECT_EQ(reading.error->code, ErrorCode::bad_file);
      }
    }
  }
}

}  // namespace
}  // namespace brewproof
