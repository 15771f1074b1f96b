// Written quantities: a decimal number, one space, a unit. Exact: nothing is read through floating
// point that is counted later (nanoseconds, minor units of money).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "rig/model/money.h"

namespace brewproof::yaml {

/// A value, or what is wrong with the text and how it should look.
template <class T>
using Parsed = tl::expected<T, std::string>;

/// "300 ms", "1.5 s"; ns, us, ms, s, min, h. At most 292 years and no finer than 1 ns.
[[nodiscard]] Parsed<std::chrono::nanoseconds> parse_duration(std::string_view text);

struct DurationRange {
  std::chrono::nanoseconds begin{0}, end{0};
};
/// "0..1 s", "100..350 ms": both ends in the one unit, begin before end.
[[nodiscard]] Parsed<DurationRange> parse_duration_range(std::string_view text);

/// "200.00 EUR": all decimals of the currency (ISO 4217 minor unit) or none; "300 JPY".
[[nodiscard]] Parsed<Money> parse_money(std::string_view text);

/// A measured quantity in its SI unit: "1.2 kW" is {1200, "W"}, "30 g" is {0.03, "kg"}. W, kW, mW,
/// A, mA, V, mV, kV, Hz, g, kg, °C; Wh and kWh, which are 3600 and 3.6 million J; coins, doses,
/// and count, of what a machine counts by itself.
/// Money is in minor units, with its currency as the unit.
struct Quantity {
  double value = 0;
  std::string unit;
};
[[nodiscard]] Parsed<Quantity> parse_quantity(std::string_view text);

/// A value in its SI unit for a person, as "83.2 g", "0.5 W": four digits, masses below a kilogram
/// in grams.
[[nodiscard]] std::string quantity_text(double value, std::string_view unit);

struct QuantityRange {
  Quantity least, most;
};
/// "30..60 g": both ends in the one unit, the first less than the second; of counts and money
/// also the same.
[[nodiscard]] Parsed<QuantityRange> parse_quantity_range(std::string_view text);

/// "3 bytes", "1 byte".
[[nodiscard]] Parsed<std::int64_t> parse_byte_count(std::string_view text);

/// Decimals of an ISO 4217 currency's minor unit (EUR 2, JPY 0, KWD 3); -1 for an unknown code.
[[nodiscard]] int minor_digits(std::string_view currency);

/// 105 EUR minor units as "1.05 EUR".
[[nodiscard]] std::string money_text(std::int64_t minor, std::string_view currency);

}  // namespace brewproof::yaml
