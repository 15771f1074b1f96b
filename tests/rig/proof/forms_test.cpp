#include "rig/proof/forms.h"

#include <gtest/gtest.h>

namespace brewproof {
namespace {

/// Does `field` hold `value` in the form of this name?
bool holds(std::string_view name, std::string_view field, const Value& value, bool money = false,
           int decimals = 2) {
  for (const Form& form : forms_for(money)) {
    if (form.name != name) continue;
    const auto wanted = form.of_value(value, decimals), there = form.of_field(field, decimals);
    if (!wanted || !there) return false;
    return form.part ? there->find(*wanted) != std::string::npos : *wanted == *there;
  }
  return false;
}

TEST(Forms, AmountsStandInMinorUnitsOrDecimally) {
  const Value amount = std::int64_t{180};
  EXPECT_TRUE(holds("minor units", "180", amount, true));
  EXPECT_TRUE(holds("minor units", "0180", amount, true));
  EXPECT_FALSE(holds("minor units", "1.80", amount, true));
  EXPECT_TRUE(holds("decimal", "1.80", amount, true));
  EXPECT_TRUE(holds("decimal", "1.8", amount, true));
  EXPECT_FALSE(holds("decimal", "1.81", amount, true));
  EXPECT_FALSE(holds("decimal", "1.805", amount, true));
  EXPECT_TRUE(holds("decimal comma", "1,80", amount, true));
  EXPECT_FALSE(holds("decimal comma", "1.80", amount, true));
  EXPECT_FALSE(holds("decimal", "1.80 EUR", amount, true));
}

TEST(Forms, CurrenciesHaveTheirOwnDigits) {
  EXPECT_EQ(minor_digits("EUR"), 2);
  EXPECT_EQ(minor_digits("JPY"), 0);
  EXPECT_EQ(minor_digits("KWD"), 3);
  EXPECT_EQ(minor_digits(""), 2);
  EXPECT_TRUE(holds("decimal", "1.250", std::int64_t{1250}, true, 3));
  EXPECT_FALSE(holds("decimal", "180", std::int64_t{180}, true, 0));  // that is "minor units"
}

TEST(Forms, TextIgnoresCase) {
  EXPECT_TRUE(holds("text", "Espresso", std::string("espresso")));
  EXPECT_FALSE(holds("text", "espresso ", std::string("espresso")));
  EXPECT_FALSE(holds("text", "", std::string("")));  // absent is no value
}

TEST(Forms, HexIgnoresSeparators) {
  EXPECT_TRUE(holds("hex", "A1:B2-C3", std::string("a1b2c3")));
  EXPECT_FALSE(holds("hex", "a1b2c4", std::string("a1b2c3")));
  EXPECT_FALSE(holds("hex", "12", std::string("12")));  // too short to speak of hex
}

TEST(Forms, IntegersIgnoreLeadingZerosAndSigns) {
  EXPECT_TRUE(holds("integer", "007", std::int64_t{7}));
  EXPECT_TRUE(holds("integer", "+7", std::int64_t{7}));
  EXPECT_TRUE(holds("integer", "-7", std::int64_t{-7}));
  EXPECT_TRUE(holds("integer", "7.0", std::int64_t{7}));
  EXPECT_FALSE(holds("integer", "7.5", std::int64_t{7}));
  EXPECT_FALSE(holds("integer", "99999999999999999999", std::int64_t{7}));
  EXPECT_FALSE(holds("integer", ".", std::int64_t{0}));
}

TEST(Forms, ATokenMayBePartOfAMediaId) {
  EXPECT_TRUE(holds("part of text", "01A1B2C3", std::string("a1b2c3")));
  EXPECT_FALSE(holds("part of text", "01a1", std::string("a1")));  // two bytes are too short
  EXPECT_FALSE(holds("part of text", std::string(65, 'a'), std::string("aaaaaa")));
}

}  // namespace
}  // namespace brewproof
