#include "rig/capture/segment_tail.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <array>

#include "tests/rig/capture/scratch.h"

namespace brewproof {
namespace {

class Tail : public testing::Test {
 protected:
  void append(const std::string& name, const std::string& text) const {
    std::ofstream(scratch_.path(name), std::ios::binary | std::ios::app) << text;
  }
  [[nodiscard]] SegmentTail opened() const {
    auto tail = SegmentTail::open(scratch_.folder());
    if (!tail) throw std::runtime_error(tail.error().message);
    return std::move(*tail);
  }
  static std::string all_of(SegmentTail& tail) {
    std::array<std::uint8_t, 3> room{};
    std::string text;
    for (auto count = tail.read(room); count && *count > 0; count = tail.read(room))
      text += as_text(ByteView(room).first(*count));
    return text;
  }
  static bool has_news(const SegmentTail& tail) {
    pollfd waiting{tail.news(), POLLIN, 0};
    return ::poll(&waiting, 1, 0) == 1;
  }
  Scratch scratch_;
};

TEST_F(Tail, ReadsWhatIsThereAndThenWhatComes) {
  append("0001.pcapng", "one");
  SegmentTail tail = opened();
  EXPECT_EQ(all_of(tail), "one");
  EXPECT_EQ(all_of(tail), "");
  append("0001.pcapng", " more");
  EXPECT_EQ(all_of(tail), " more");
}

TEST_F(Tail, GoesOnToTheNextFileBehindTheLastByteOfTheOld) {
  append("0001.pcapng", "one");
  SegmentTail tail = opened();
  EXPECT_EQ(all_of(tail), "one");
  append("0001.pcapng", ", its end");
  append("0002.pcapng", "two");
  append("0003.pcapng", "three");
  EXPECT_EQ(all_of(tail), ", its endtwothree");
}

TEST_F(Tail, BeginsWithTheNewest) {
  append("0001.pcapng", "one");
  append("0010.pcapng", "ten");
  append("notes.txt", "none");
  SegmentTail tail = opened();
  EXPECT_EQ(all_of(tail), "ten");
}

TEST_F(Tail, TellsThatSomethingCame) {
  append("0001.pcapng", "one");
  SegmentTail tail = opened();
  EXPECT_FALSE(has_news(tail));
  append("0001.pcapng", " more");
  EXPECT_TRUE(has_news(tail));
  tail.quiet();
  EXPECT_FALSE(has_news(tail));
  append("0002.pcapng", "");
  EXPECT_TRUE(has_news(tail));
}

TEST_F(Tail, WithoutAFileThereIsNothingToFollow) {
  EXPECT_FALSE(SegmentTail::open(scratch_.folder()));
  EXPECT_FALSE(SegmentTail::open(scratch_.path("nowhere")));
}

}  // namespace
}  // namespace brewproof
