#include "rig/model/generator.h"

#include <gtest/gtest.h>

#include <array>
#include <numeric>
#include <vector>

namespace brewproof {
namespace {

// The numbers below were computed by a second implementation (Python, arbitrary precision); the
// splitmix64 outputs for 1234567 and the xoshiro256** outputs for the state {1, 2, 3, 4} are also
// the widely published ones.

TEST(Generator, Splitmix64GivesItsPublishedOutputs) {
  std::uint64_t state = 1234567;
  EXPECT_EQ(splitmix64(state), 6457827717110365317u);
  EXPECT_EQ(splitmix64(state), 3203168211198807973u);
  EXPECT_EQ(splitmix64(state), 9817491932198370423u);
}

TEST(Generator, Xoshiro256StarStarGivesItsPublishedOutputs) {
  Generator generator(std::array<std::uint64_t, 4>{1, 2, 3, 4});
  EXPECT_EQ(generator.next(), 11520u);
  EXPECT_EQ(generator.next(), 0u);
  EXPECT_EQ(generator.next(), 1509978240u);
  EXPECT_EQ(generator.next(), 1215971899390074240u);
  EXPECT_EQ(generator.next(), 1216172134540287360u);
}

TEST(Generator, SeedSevenIsPinned) {
  Generator generator(7);
  EXPECT_EQ(generator.next(), 12923355070828475994u);
  EXPECT_EQ(generator.next(), 5142052590334782674u);
  EXPECT_EQ(generator.next(), 15488392906492639638u);
}

TEST(Generator, BoundedDrawsArePinned) {
  Generator generator(7);
  std::vector<std::uint64_t> drawn;
  for (int i = 0; i < 12; ++i) drawn.push_back(generator.below(10));
  EXPECT_EQ(drawn, (std::vector<std::uint64_t>{4, 4, 8, 4, 4, 1, 6, 6, 8, 9, 3, 6}));
}

TEST(Generator, ValuesThatWouldFavourSmallResultsAreDrawnAgain) {
  // 2^64 mod 3*2^62 is 2^62. The 7th and 8th outputs of seed 7 (0x0f8d..., 0x1abc...) lie below
  // it, so the 7th bounded draw is the 9th output.
  Generator generator(7);
  for (int i = 0; i < 6; ++i) (void)generator.below(std::uint64_t{3} << 62);
  EXPECT_EQ(generator.below(std::uint64_t{3} << 62), 0x67594f96cac88520u);
}

TEST(Generator, ABoundOfOneDrawsNothing) {
  Generator generator(7), fresh(7);
  EXPECT_EQ(generator.below(1), 0u);
  EXPECT_EQ(generator.below(0), 0u);
  EXPECT_EQ(generator.next(), fresh.next());
}

TEST(Generator, ShuffleIsPinned) {
  std::vector<int> items(16);
  std::iota(items.begin(), items.end(), 0);
  Generator(7).shuffle(std::span(items));
  EXPECT_EQ(items, (std::vector<int>{3, 11, 12, 4, 15, 9, 5, 0, 7, 6, 1, 13, 2, 8, 14, 10}));
}

TEST(Generator, EveryOrderOfThreeComesEquallyOften) {
  Generator generator(1);
  std::array<int, 27> seen{};
  for (int i = 0; i < 60000; ++i) {
    std::array<int, 3> items{0, 1, 2};
    generator.shuffle(std::span<int>(items));
    ++seen[static_cast<std::size_t>(items[0] * 9 + items[1] * 3 + items[2])];
  }
  // Each of 6 orders: 10,000 expected, standard deviation 91; 5 of those are allowed.
  for (const int order : {5, 7, 11, 15, 19, 21}) {
    EXPECT_NEAR(seen[static_cast<std::size_t>(order)], 10000, 455) << order;
  }
}

}  // namespace
}  // namespace brewproof
