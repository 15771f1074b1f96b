#include "rig/yaml/units.h"

#include <gtest/gtest.h>

#include <string>

#include "rig/yaml/did_you_mean.h"
#include "rig/yaml/quote.h"

namespace brewproof::yaml {
namespace {

using namespace std::chrono_literals;

TEST(Units, DurationsAreExact) {
  EXPECT_EQ(*parse_duration("300 ms"), 300ms);
  EXPECT_EQ(*parse_duration("2 s"), 2s);
  EXPECT_EQ(*parse_duration("0.4 s"), 400ms);
  EXPECT_EQ(*parse_duration("6 h"), 6h);
  EXPECT_EQ(*parse_duration("0.5 min"), 30s);
  EXPECT_EQ(*parse_duration("0.000000001 s"), 1ns);
  EXPECT_EQ(*parse_duration("9223372036854775807 ns"), std::chrono::nanoseconds::max());
}

TEST(Units, DurationsThatCannotBeHeldAreRefused) {
  const std::string limits = " is finer than a nanosecond or longer than 292 years";
  EXPECT_EQ(parse_duration("0.5 ns").error(), "'0.5 ns'" + limits);
  EXPECT_EQ(parse_duration("9223372036854775808 ns").error(), "'9223372036854775808 ns'" + limits);
  EXPECT_EQ(parse_duration("2562048 h").error(), "'2562048 h'" + limits);
}

TEST(Units, TheFormOfAQuantityIsOneNumberOneSpaceOneUnit) {
  const std::string shape = ": write it as 300 ms or 2 s";
  EXPECT_EQ(parse_duration("300ms").error(),
            "'300ms' needs one space between number and unit" + shape);
  EXPECT_EQ(parse_duration("3  s").error(),
            "'3  s' is not one number, one space and one unit" + shape);
  EXPECT_EQ(parse_duration("3 s ").error(),
            "'3 s ' is not one number, one space and one unit" + shape);
  EXPECT_EQ(parse_duration("-3 s").error(), "'-3 s' does not begin with a decimal number" + shape);
  EXPECT_EQ(parse_duration("03 s").error(), "'03 s' does not begin with a decimal number" + shape);
  EXPECT_EQ(parse_duration("").error(), "'' does not begin with a decimal number" + shape);
  EXPECT_EQ(parse_duration("5").error(), "'5' has no unit" + shape);
}

TEST(Units, RangesHaveBothEndsInOneUnit) {
  const auto range = parse_duration_range("0..1 s");
  ASSERT_TRUE(range) << range.error();
  EXPECT_EQ(range->begin, 0s);
  EXPECT_EQ(range->end, 1s);
  EXPECT_EQ(parse_duration_range("0.5..1.5 s")->begin, 500ms);
  EXPECT_EQ(parse_duration_range("100..350 ms")->end, 350ms);
  EXPECT_EQ(parse_duration_range("1..1 s").error(),
            "'1..1 s' ends before it begins, or is empty: write it as 0..350 ms");
  EXPECT_EQ(parse_duration_range("5 s").error(),
            "'5 s' is not a range of time: write it as 0..350 ms");
  EXPECT_EQ(parse_duration_range("0..5").error(),
            "'0..5' does not end in a number, one space and a unit: write it as 0..350 ms");
}

TEST(Units, MoneyIsMinorUnitsOfAnIsoCurrency) {
  EXPECT_EQ(*parse_money("1.05 EUR"), (Money{105, "EUR"}));
  EXPECT_EQ(*parse_money("200 EUR"), (Money{20000, "EUR"}));
  EXPECT_EQ(*parse_money("300 JPY"), (Money{300, "JPY"}));
  EXPECT_EQ(*parse_money("1.234 KWD"), (Money{1234, "KWD"}));
  EXPECT_EQ(parse_money("1.5 EUR").error(), "'1.5 EUR' must have 2 decimals or none");
  EXPECT_EQ(parse_money("1.50 JPY").error(), "'1.50 JPY' must have 0 decimals or none");
  EXPECT_EQ(parse_money("1.50 EUX").error(),
            "'1.50 EUX': 'EUX' is no ISO 4217 currency code (three capital letters, as EUR, USD, "
            "CNY)");
  EXPECT_EQ(parse_money("1.50").error(), "'1.50' has no unit: write it as 1.05 EUR");
}

TEST(Units, MoneyIsWrittenWithItsDecimals) {
  EXPECT_EQ(money_text(105, "EUR"), "1.05 EUR");
  EXPECT_EQ(money_text(5, "EUR"), "0.05 EUR");
  EXPECT_EQ(money_text(-5, "EUR"), "-0.05 EUR");
  EXPECT_EQ(money_text(300, "JPY"), "300 JPY");
}

TEST(Units, MeasuredQuantitiesComeInSiUnits) {
  EXPECT_EQ(parse_quantity("1.2 kW")->value, 1200);
  EXPECT_EQ(parse_quantity("1.2 kW")->unit, "W");
  EXPECT_EQ(parse_quantity("230 V")->unit, "V");
  EXPECT_DOUBLE_EQ(parse_quantity("250 mA")->value, 0.25);
  EXPECT_DOUBLE_EQ(parse_quantity("30 g")->value, 0.03);
  EXPECT_EQ(parse_quantity("30 g")->unit, "kg");
  EXPECT_EQ(parse_quantity("90.5 °C")->value, 90.5);
  EXPECT_EQ(parse_quantity("90.5 °C")->unit, "°C");
  EXPECT_EQ(parse_quantity("2 kWh")->value, 7.2e6);
  EXPECT_EQ(parse_quantity("2 kWh")->unit, "J");
  EXPECT_EQ(parse_quantity("2 coins")->value, 2);
  EXPECT_EQ(parse_quantity("1 dose")->unit, "doses");
  EXPECT_EQ(parse_quantity("1.05 EUR")->value, 105);
  EXPECT_EQ(parse_quantity("1.05 EUR")->unit, "EUR");
  EXPECT_EQ(parse_quantity("300 JPY")->value, 300);
  EXPECT_EQ(parse_quantity("1.5 EUR").error(), "'1.5 EUR' must have 2 decimals or none");
  EXPECT_EQ(quantity_text(105, "EUR"), "1.05 EUR");
  EXPECT_EQ(parse_quantity("30 w").error(), "'30 w' has an unknown unit 'w'; did you mean 'W'?");
}

TEST(Units, OfCountsAndMoneyARangeMayBeOneValue) {
  EXPECT_EQ(parse_quantity_range("1..1 doses")->most.value, 1);
  EXPECT_EQ(parse_quantity_range("1.00..1.00 EUR")->least.value, 100);
  EXPECT_EQ(parse_quantity_range("1..1 count")->least.unit, "count");
  EXPECT_FALSE(parse_quantity_range("2..1 coins"));
  EXPECT_FALSE(parse_quantity_range("30..30 g"));
}

TEST(Units, RangesOfQuantities) {
  const auto range = parse_quantity_range("30..60.5 g");
  ASSERT_TRUE(range) << range.error();
  EXPECT_DOUBLE_EQ(range->least.value, 0.03);
  EXPECT_DOUBLE_EQ(range->most.value, 0.0605);
  EXPECT_EQ(range->least.unit, "kg");
  EXPECT_EQ(parse_quantity_range("30 g").error(),
            "'30 g' is not a range of quantities: write it as 30..60 g");
  EXPECT_EQ(parse_quantity_range("60..30 g").error(),
            "'60..30 g' ends before it begins, or is empty: write it as 30..60 g");
  EXPECT_EQ(parse_quantity_range("30..60 gr").error(),
            "'30..60 gr' has an unknown unit 'gr'; did you mean 'g'?");
  EXPECT_EQ(quantity_text(0.0832, "kg"), "83.2 g");
  EXPECT_EQ(quantity_text(-1.5, "kg"), "-1.5 kg");
  EXPECT_EQ(quantity_text(1240, "W"), "1240 W");
}

TEST(Units, BytesAreCounted) {
  EXPECT_EQ(*parse_byte_count("3 bytes"), 3);
  EXPECT_EQ(*parse_byte_count("1 byte"), 1);
  EXPECT_EQ(parse_byte_count("3 bits").error(),
            "'3 bits' is not a number of bytes: write it as 3 bytes");
}

TEST(EditDistance, CountsTypingSlips) {
  EXPECT_EQ(edit_distance("espresso", "espresso"), 0U);
  EXPECT_EQ(edit_distance("expresso", "espresso"), 1U);
  EXPECT_EQ(edit_distance("epsresso", "espresso"), 1U);  // exchanged neighbours
  EXPECT_EQ(edit_distance("latte", "late"), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
}

TEST(Quote, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(in_quotes("a\x1b]0;x\x07"), "'a\\x1b]0;x\\x07'");
  EXPECT_EQ(in_quotes("\xc2\x9b"
                      "31m"),
            "'\\x9b31m'");  // C1 CSI
  EXPECT_EQ(in_quotes("a\xe2\x80\xae"), "'a\\u{202e}'");
  EXPECT_EQ(in_quotes("\xff\xc0\xaf"), "'\\xff\\xc0\\xaf'");  // overlong '/'
  EXPECT_EQ(in_quotes("\xed\xa0\x80"), "'\\xed\\xa0\\x80'");  // a surrogate
  EXPECT_EQ(in_quotes("grüße"), "'grüße'");
  EXPECT_EQ(in_quotes("abcdef", 3), "'abc...'");
}

}  // namespace
}  // namespace brewproof::yaml
