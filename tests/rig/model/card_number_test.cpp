#include "rig/model/card_number.h"

#include <gtest/gtest.h>

namespace brewproof {
namespace {

TEST(CardNumber, LuhnHoldsForTestCardNumbers) {
  EXPECT_TRUE(luhn_holds("4111111111111111"));
  EXPECT_TRUE(luhn_holds("378282246310005"));
  EXPECT_FALSE(luhn_holds("4111111111111112"));
  EXPECT_FALSE(luhn_holds(""));
  EXPECT_FALSE(luhn_holds("41a1"));
}

TEST(CardNumber, FirstSixAndLastFourAreKept) {
  EXPECT_EQ(without_card_numbers("4111111111111111"), "411111******1111");
  EXPECT_EQ(without_card_numbers("4111 1111-1111 1111"), "4111 11**-**** 1111");
  EXPECT_EQ(without_card_numbers("pan=378282246310005;x"), "pan=378282*****0005;x");
  EXPECT_EQ(without_card_numbers("{\"a\":\"4111111111111111\",\"b\":\"5555555555554444\"}"),
            "{\"a\":\"411111******1111\",\"b\":\"555555******4444\"}");
}

TEST(CardNumber, OtherNumbersStay) {
  for (const char* text : {"4111111111111112",      // Luhn fails
                           "1760000000000",         // no issuer begins with 1
                           "41111111111111111111",  // twenty digits
                           "180", "", "1 - 2  3"})
    EXPECT_EQ(without_card_numbers(text), text);
}

TEST(CardNumber, DigitsOfAHashStay) {
  const std::string hash = "c43c2a6fcb81d4111111111111111e0bb1c43c2a6fcb81d4";
  EXPECT_EQ(without_card_numbers(hash), hash);
  EXPECT_EQ(without_card_numbers("id 4111111111111111e0"), "id 411111******1111e0");
}

}  // namespace
}  // namespace brewproof
