// Decryption Secrets Blocks: TLS keys that travel inside a capture.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/capture/reading.h"

namespace brewproof {
namespace {

using testing::HasSubstr;

constexpr const char* kSection = "0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000";
constexpr const char* kInterface = "01000000 14000000 0100 0000 00000000 14000000";
constexpr const char* kPacket =
    "06000000 24000000 00000000 00000000 00000000 01000000 01000000 aa000000 24000000";
// "A 1\n" and "B 2" (its line end is missing), in blocks of TLS keys.
constexpr const char* kFirstKeys = "0a000000 18000000 4b534c54 04000000 4120310a 18000000";
constexpr const char* kSecondKeys = "0a000000 18000000 4b534c54 03000000 42203200 18000000";

Bytes joined(std::initializer_list<const char*> blocks) {
  Bytes bytes;
  for (const char* block : blocks) {
    const Bytes more = hex(block);
    bytes.insert(bytes.end(), more.begin(), more.end());
  }
  return bytes;
}

TEST(CaptureSecrets, AreThereWhenThePacketsBehindThemAre) {
  const Scratch scratch;
  const auto file = scratch.file(
      "x.pcapng", joined({kSection, kInterface, kFirstKeys, kPacket, kSecondKeys, kPacket}));
  auto reader = CaptureFileReader::open(file);
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->tls_keys(), "");
  ASSERT_TRUE(reader->next());
  EXPECT_EQ(reader->tls_keys(), "A 1\n");
  ASSERT_TRUE(reader->next());
  EXPECT_EQ(reader->tls_keys(), "A 1\nB 2\n");
}

TEST(CaptureSecrets, AreReadInTheByteOrderOfTheirSection) {
  const Scratch scratch;
  const auto reading =
      read_bytes(scratch, hex("0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c"
                              "0000000a 00000018 544c534b 00000004 4120310a 00000018"));
  EXPECT_FALSE(reading.error);
  EXPECT_EQ(reading.tls_keys, "A 1\n");
}

TEST(CaptureSecrets, OfOtherProtocolsArePassedOver) {
  const Scratch scratch;
  const auto reading = read_bytes(
      scratch, joined({kSection, "0a000000 18000000 4b4c4757 04000000 4120310a 18000000",  // WGKL
                       kInterface, kPacket}));
  EXPECT_FALSE(reading.error);
  EXPECT_EQ(reading.tls_keys, "");
  EXPECT_EQ(reading.packets.size(), 1u);
}

TEST(CaptureSecrets, LongerThanTheirBlockAreDamage) {
  const Scratch scratch;
  const auto reading = read_bytes(
      scratch, joined({kSection, "0a000000 18000000 4b534c54 05000000 4120310a 18000000"}));
  ASSERT_TRUE(reading.error);
  EXPECT_THAT(reading.error->message,
              HasSubstr("x.pcap:28: secrets of 5 bytes in a block that has room for 4"));
}

TEST(CaptureSecrets, ABlockTooShortForTheirHeaderIsDamage) {
  const Scratch scratch;
  const auto reading =
      read_bytes(scratch, joined({kSection, "0a000000 10000000 4b534c54 10000000"}));
  ASSERT_TRUE(reading.error);
  EXPECT_THAT(reading.error->message, HasSubstr("x.pcap:28: a secrets block of 16 bytes"));
}

}  // namespace
}  // namespace brewproof
