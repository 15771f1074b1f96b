#include "rig/proof/mask.h"

#include <gtest/gtest.h>

namespace brewproof {
namespace {

TEST(Masked, CardNumbersAreNotShown) {
  EXPECT_EQ(masked("pan=378282246310005;x"), "pan=378282*****0005;x");
  EXPECT_EQ(masked("180"), "180");
}

TEST(Masked, LongTextIsCutBetweenCharacters) {
  const std::string text = std::string(159, 'x') + "\u00e9tail";
  EXPECT_EQ(masked(text), std::string(159, 'x') + "...");
  EXPECT_EQ(masked(std::string(160, 'x')), std::string(160, 'x'));
}

}  // namespace
}  // namespace brewproof
