#include "rig/crosscheck/frame_ranges.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace brewproof {
namespace {

TEST(FrameFilter, NeighboursAndOverlapsAreOneRange) {
  EXPECT_EQ(frame_filter({{1, 1}, {2, 3}, {3, 3}, {7, 9}}), "frame.number in {1..3,7..9}");
}

TEST(FrameFilter, WhatLiesWithinAnotherDoesNotShortenIt) {
  EXPECT_EQ(frame_filter({{1, 9}, {3, 4}, {6, 6}}), "frame.number in {1..9}");
}

// 1200 frames, every second one; one gap is wider.
TEST(FrameFilter, OfTooManyTheNarrowestGapsAreClosed) {
  std::vector<FrameRange> frames;
  for (std::uint64_t i = 0; i < 1200; ++i) {
    const std::uint64_t frame = i < 600 ? 2 * i + 1 : 2 * i + 1001;
    frames.push_back({frame, frame});
  }
  EXPECT_EQ(frame_filter(frames), "frame.number in {1..1199,2201..3399}");
  frames.resize(1000);
  EXPECT_EQ(std::ranges::count(frame_filter(frames), ','), 999);
}

}  // namespace
}  // namespace brewproof
