#include "rig/proof/size_clusters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace brewproof {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

/// Classes ten wide, of these sizes.
std::vector<SizeClass> clusters_of(const std::vector<std::uint64_t>& sizes) {
  std::map<std::uint64_t, SizedMessages> classes;
  for (const std::uint64_t size : sizes) {
    const std::uint64_t low = size / 10 * 10;
    SizedMessages& of =
        classes.try_emplace(low, SizedMessages{{low, low + 9}, size, size, 0}).first->second;
    of.least = std::min(of.least, size);
    of.most = std::max(of.most, size);
    ++of.count;
  }
  std::vector<SizedMessages> in_order;
  for (const auto& [low, of] : classes) in_order.push_back(of);
  return size_clusters(in_order);
}

std::vector<std::uint64_t> repeated(std::uint64_t size, std::size_t times) {
  return std::vector<std::uint64_t>(times, size);
}

void append(std::vector<std::uint64_t>& to, const std::vector<std::uint64_t>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

/// `count` sizes from `low` on, spread as unevenly as chance does it.
std::vector<std::uint64_t> spread(std::uint64_t low, std::uint64_t width, std::size_t count) {
  std::vector<std::uint64_t> sizes;
  std::uint64_t state = 7;
  for (std::size_t i = 0; i < count; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    sizes.push_back(low + (state >> 33) % width);
  }
  return sizes;
}

TEST(SizeClusters, WhereTheBorderOfAClassCutsAKindItIsOne) {
  EXPECT_THAT(clusters_of({208, 209, 209, 210, 211, 215}), Each(SizeClass{200, 219}));
}

TEST(SizeClusters, SizesThatLieApartAreKindsOfTheirOwn) {
  EXPECT_THAT(clusters_of({113, 113, 125, 125, 340}),
              ElementsAre(SizeClass{110, 119}, SizeClass{120, 129}, SizeClass{340, 349}));
}

TEST(SizeClusters, ASizeThatVariesIsOneKind) {
  EXPECT_THAT(clusters_of(spread(150, 550, 32)), Each(clusters_of(spread(150, 550, 32)).front()));
  EXPECT_THAT(clusters_of(spread(150, 550, 400)), Each(SizeClass{150, 699}));
}

TEST(SizeClusters, AHeartbeatAmongThemIsNot) {
  std::vector<std::uint64_t> sizes = spread(100, 900, 32);
  append(sizes, repeated(500, 300));
  const auto clusters = clusters_of(sizes);
  EXPECT_THAT(clusters, ::testing::Contains(SizeClass{500, 509}).Times(1));
  EXPECT_GT(clusters.front().high, 400u);
  EXPECT_LT(clusters.front().high, 500u);
  EXPECT_GE(clusters.back().low, 510u);
}

TEST(SizeClusters, TwoKindsThatVaryFarApartAreTwo) {
  std::vector<std::uint64_t> sizes = spread(200, 200, 40);
  append(sizes, spread(3000, 200, 40));
  const auto clusters = clusters_of(sizes);
  EXPECT_LE(clusters.front().high, 399u);
  EXPECT_GE(clusters.back().low, 3000u);
}

TEST(SizeClusters, AFewSizesFarApartAreNotOneKind) {
  EXPECT_THAT(clusters_of({100, 300, 620}),
              ElementsAre(SizeClass{100, 109}, SizeClass{300, 309}, SizeClass{620, 629}));
}

}  // namespace
}  // namespace brewproof
