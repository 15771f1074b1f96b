// A million damaged blocks: none whose check byte does not hold is ever taken, and nothing that is
// taken breaks what reads it.

#include <gtest/gtest.h>

#include <numeric>
#include <random>

#include "drivers/mdb/conversation.h"
#include "tests/drivers/mdb/transcript.h"

namespace brewproof::mdb {
namespace {

const char* const traffic =
    "VMC 10 10 PER 00 VMC 12 12 PER 00 00 VMC 00 VMC 11 00 03 00 00 00 14 "
    "PER 01 03 19 78 01 02 05 00 9D VMC 00 VMC 11 01 FF FF 00 00 10 PER 00 VMC 14 01 15 PER 00 "
    "VMC 12 12 PER 03 03 E8 FF FF FF FF 00 00 00 EA VMC 00 VMC 13 00 00 64 00 01 78 PER 00 "
    "VMC 12 12 PER 05 00 64 69 VMC 00 VMC 13 02 00 01 16 PER 00 VMC 13 04 17 PER 00 "
    "VMC 12 12 PER 06 0A 07 04 1B VMC 00 VMC 09 09 PER 02 00 01 05 02 00 07 01 02 05 14 FF 2C "
    "VMC 00 VMC 0B 0B PER 53 0C 5F VMC 00 VMC 33 33 PER 90 90 VMC 00";

// The sum written once more, for the code under test must not be its own judge.
bool is_sound(ByteView bytes) {
  if (bytes.size() < 2 || bytes.size() > 36) return false;
  unsigned sum = 0;
  for (std::size_t at = 0; at + 1 < bytes.size(); ++at) sum += bytes[at];
  return sum % 256 == bytes.back();
}

void damage(Bytes& bytes, std::mt19937& random) {
  for (unsigned left = 1 + random() % 3; left > 0; --left) {
    const std::size_t at = bytes.empty() ? 0 : random() % bytes.size();
    const auto place = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    switch (random() % 4) {
      case 0:
        if (!bytes.empty()) *place ^= static_cast<std::uint8_t>(1U << random() % 8);
        break;
      case 1:
        if (!bytes.empty()) *place = static_cast<std::uint8_t>(random());
        break;
      case 2:
        if (!bytes.empty()) bytes.erase(place);
        break;
      default:
        bytes.insert(place, static_cast<std::uint8_t>(random()));
    }
  }
  // One in four is made sound again, so that what stands behind the check byte is tried too.
  if (bytes.size() >= 2 && random() % 4 == 0)
    bytes.back() = static_cast<std::uint8_t>(std::accumulate(bytes.begin(), bytes.end() - 1, 0U));
}

TEST(MdbMutation, AMillionDamagedBlocksAreNeverTakenForSound) {
  const auto spoken = testing::transcript(traffic);
  std::mt19937 random(20261129);
  Conversation conversation;
  std::uint64_t taken = 0, refused = 0;
  for (int i = 0; i < 1'000'000; ++i) {
    const testing::Spoken& sound = spoken[random() % spoken.size()];
    Bytes bytes = sound.bytes;
    damage(bytes, random);
    const auto block = read_block(bytes, sound.from);
    if (block && block->kind == Block::Kind::data) {
      ++taken;
      ASSERT_TRUE(is_sound(bytes)) << to_hex(bytes);
    } else if (!block) {
      ++refused;
      ASSERT_LE(block.error().at, std::max<std::size_t>(bytes.size(), 36)) << to_hex(bytes);
    }
    const auto events = conversation.hear(sound.from, bytes, i);
    if (!block) {
      ASSERT_FALSE(events.empty()) << to_hex(bytes);
      ASSERT_EQ(events.back().kind, PaymentEvent::Kind::unreadable);
    }
    for (const PaymentEvent& event : events) ASSERT_FALSE(word_of(event.kind).empty());
  }
  EXPECT_GT(taken, 100'000u);
  EXPECT_GT(refused, 100'000u);
}

}  // namespace
}  // namespace brewproof::mdb
