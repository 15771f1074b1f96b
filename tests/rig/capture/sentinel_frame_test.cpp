// The bytes of a sentinel frame: what a stranger's capture of the same link holds.

#include "rig/capture/sentinel_frame.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "rig/model/hex.h"

namespace brewproof {
namespace {

// Of 02:00:00:00:00:01 to itself, sent at 1 760 000 000 s and 5 ns.
const char* const frame_hex =
    "020000000001"
    "020000000001"
    "88b5"
    "6272657770726f6f662073656e74696e656c"
    "000102030405060708090a0b0c0d0e0f"
    "186cc6acd4b00005"
    "00000000";

Bytes whole_frame() {
  Bytes frame(60);
  EXPECT_TRUE(read_hex(frame_hex, frame));
  return frame;
}

Packet packet_of(const Bytes& bytes) {
  Packet packet;
  packet.time_ns = 7;
  packet.data = bytes;
  return packet;
}

TEST(SentinelFrame, SaysWhenItWasSentAndWhenItWasCaptured) {
  const Bytes frame = whole_frame();
  const auto seen = read_sentinel(packet_of(frame));
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->captured_ns, 7);
  EXPECT_EQ(seen->sent_ns, 1'760'000'000'000'000'005);
}

TEST(SentinelFrame, OfAnEarlierVersionSaysOnlyWhenItWasCaptured) {
  Bytes frame = whole_frame();
  std::fill(frame.begin() + 48, frame.end(), 0);
  const auto seen = read_sentinel(packet_of(frame));
  ASSERT_TRUE(seen);
  EXPECT_FALSE(seen->sent_ns);
}

TEST(SentinelFrame, IsNoneWithoutItsNameAndWholeAtEveryLength) {
  Bytes other = whole_frame();
  other[14] ^= 1;
  EXPECT_FALSE(read_sentinel(packet_of(other)));
  const Bytes frame = whole_frame();
  for (std::size_t length = 0; length < frame.size(); ++length) {
    const Bytes cut(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(length));
    const auto seen = read_sentinel(packet_of(cut));
    EXPECT_EQ(seen.has_value(), length >= 48) << length;
    EXPECT_EQ(seen && seen->sent_ns, length >= 56) << length;
  }
}

}  // namespace
}  // namespace brewproof
