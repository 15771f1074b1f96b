#include "rig/proof/mask.h"

#include <gtest/gtest.h>

namespace brewproof {
namespace {

TEST(Luhn, HoldsForTestCardNumbers) {
  EXPECT_TRUE(luhn_holds("4111111111111111"));
  EXPECT_TRUE(luhn_holds("378282246310005"));
  EXPECT_FALSE(luhn_holds("4111111111111112"));
  EXPECT_FALSE(luhn_holds(""));
  EXPECT_FALSE(luhn_holds("41a1"));
}

TEST(Masked, CardNumbersKeepFirstSixAndLastFour) {
  EXPECT_EQ(masked("4111111111111111"), "411111******1111");
  EXPECT_EQ(masked("4111 1111-1111 1111"), "411111******1111");
  EXPECT_EQ(masked("pan=378282246310005;x"), "pan=378282*****0005;x");
}

TEST(Masked, OtherNumbersStay) {
  EXPECT_EQ(masked("4111111111111112"), "4111111111111112");          // Luhn fails
  EXPECT_EQ(masked("1760000000000"), "1760000000000");                // no issuer begins with 1
  EXPECT_EQ(masked("41111111111111111111"), "41111111111111111111");  // twenty digits
  EXPECT_EQ(masked("180"), "180");
  EXPECT_EQ(masked(""), "");
  EXPECT_EQ(masked("1 - 2  3"), "1 - 2  3");
}

TEST(Masked, LongTextIsCutBetweenCharacters) {
  const std::string text = std::string(159, 'x') + "\u00e9tail";
  EXPECT_EQ(masked(text), std::string(159, 'x') + "...");
  EXPECT_EQ(masked(std::string(160, 'x')), std::string(160, 'x'));
}

}  // namespace
}  // namespace brewproof
