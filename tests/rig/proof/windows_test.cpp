#include "rig/proof/windows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brewproof {
namespace {

using ::testing::ElementsAre;

TEST(Windows, ThatTouchAreTriedTogetherToo) {
  EXPECT_THAT(with_joined({{0, 1}, {0, 60}, {60, 120}, {120, 240}}),
              ElementsAre(Window{0, 1}, Window{0, 60}, Window{60, 120}, Window{120, 240},
                          Window{0, 120}, Window{0, 240}, Window{60, 240}));
}

TEST(Windows, ThatOverlapOrLieApartAreNot) {
  EXPECT_THAT(with_joined({{0, 10}, {5, 20}, {21, 30}}),
              ElementsAre(Window{0, 10}, Window{5, 20}, Window{21, 30}));
}

TEST(Windows, ThatAreDeclaredAlreadyComeOnce) {
  EXPECT_THAT(with_joined({{0, 1}, {1, 2}, {0, 2}, {2, 3}}),
              ElementsAre(Window{0, 1}, Window{1, 2}, Window{0, 2}, Window{2, 3}, Window{0, 3},
                          Window{1, 3}));
}

}  // namespace
}  // namespace brewproof
