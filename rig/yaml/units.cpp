#include "rig/yaml/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "rig/yaml/did_you_mean.h"
#include "rig/yaml/quote.h"

namespace brewproof::yaml {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "12.5 kW" taken apart: whole "12", fraction "5", unit "kW".
struct Written {
  std::string_view whole, fraction, unit;
};

std::string_view take_digits(std::string_view& text) {
  const auto end = std::ranges::find_if_not(text, is_digit);
  const std::string_view digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

// The number at the front of `text`, which is moved behind it; nullopt where there is none.
std::optional<Written> take_number(std::string_view& text) {
  Written number;
  number.whole = take_digits(text);
  if (number.whole.empty() || (number.whole.size() > 1 && number.whole[0] == '0'))
    return std::nullopt;
  // A point must have digits behind it; "0..1 s" is a range.
  if (text.size() > 1 && text[0] == '.' && is_digit(text[1])) {
    text.remove_prefix(1);
    number.fraction = take_digits(text);
  }
  return number;
}

Parsed<Written> take_apart(std::string_view text, std::string_view example) {
  const auto wrong = [&](std::string_view why) {
    return tl::unexpected(fmt::format("{} {}: write it as {}", in_quotes(text), why, example));
  };
  std::string_view rest = text;
  auto number = take_number(rest);
  if (!number) return wrong("does not begin with a decimal number");
  if (rest.empty()) return wrong("has no unit");
  if (rest[0] != ' ') return wrong("needs one space between number and unit");
  number->unit = rest.substr(1);
  if (number->unit.empty() || number->unit.find(' ') != std::string_view::npos)
    return wrong("is not one number, one space and one unit");
  return *number;
}

// whole.fraction * scale as an integer; nullopt where it is not one or exceeds 63 bits.
std::optional<std::int64_t> exact(const Written& number, std::int64_t scale) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  std::int64_t value = 0;
  for (const char c : number.whole) {
    if (value > (most - (c - '0')) / 10) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  if (value > most / scale) return std::nullopt;
  value *= scale;
  for (const char c : number.fraction) {
    if (scale % 10 != 0) {
      if (c != '0') return std::nullopt;
      continue;
    }
    scale /= 10;
    if (value > most - scale * (c - '0')) return std::nullopt;
    value += scale * (c - '0');
  }
  return value;
}

std::string not_rising(std::string_view text, std::string_view example) {
  return fmt::format("{} ends before it begins, or is empty: write it as {}", in_quotes(text),
                     example);
}

// "0..350 ms" taken apart, the unit in both.
Parsed<std::pair<Written, Written>> take_range(std::string_view text, std::string_view of,
                                               std::string_view example) {
  const auto wrong = [&](std::string_view why) {
    return tl::unexpected(fmt::format("{} {}: write it as {}", in_quotes(text), why, example));
  };
  std::string_view rest = text;
  auto begin = take_number(rest);
  if (!begin || !rest.starts_with("..")) return wrong(fmt::format("is not a range of {}", of));
  const auto end = take_apart(rest.substr(2), example);
  if (!end) return wrong("does not end in a number, one space and a unit");
  begin->unit = end->unit;
  return std::pair(*begin, *end);
}

struct TimeUnit {
  std::string_view name;
  std::int64_t ns;
};
constexpr std::array<TimeUnit, 6> time_units = {{{"ns", 1},
                                                 {"us", 1'000},
                                                 {"ms", 1'000'000},
                                                 {"s", 1'000'000'000},
                                                 {"min", 60'000'000'000},
                                                 {"h", 3'600'000'000'000}}};

std::vector<std::string> names_of(const auto& units) {
  std::vector<std::string> names;
  names.reserve(units.size());
  for (const auto& unit : units) names.emplace_back(unit.name);
  return names;
}

Parsed<std::chrono::nanoseconds> in_nanoseconds(const Written& number, std::string_view text) {
  const auto unit = std::ranges::find(time_units, number.unit, &TimeUnit::name);
  if (unit == time_units.end())
    return tl::unexpected(fmt::format("{} has an unknown unit of time {}{}", in_quotes(text),
                                      in_quotes(number.unit),
                                      did_you_mean(number.unit, names_of(time_units))));
  const auto value = exact(number, unit->ns);
  if (!value)
    return tl::unexpected(
        fmt::format("{} is finer than a nanosecond or longer than 292 years", in_quotes(text)));
  return std::chrono::nanoseconds(*value);
}

struct MeasuredUnit {
  std::string_view name, si;
  double factor;
};
constexpr std::array<MeasuredUnit, 19> measured_units = {{{"W", "W", 1},
                                                          {"kW", "W", 1e3},
                                                          {"mW", "W", 1e-3},
                                                          {"A", "A", 1},
                                                          {"mA", "A", 1e-3},
                                                          {"V", "V", 1},
                                                          {"mV", "V", 1e-3},
                                                          {"kV", "V", 1e3},
                                                          {"Hz", "Hz", 1},
                                                          {"g", "kg", 1e-3},
                                                          {"kg", "kg", 1},
                                                          {"°C", "°C", 1},
                                                          {"Wh", "J", 3600},
                                                          {"kWh", "J", 3.6e6},
                                                          {"coin", "coins", 1},
                                                          {"coins", "coins", 1},
                                                          {"dose", "doses", 1},
                                                          {"doses", "doses", 1},
                                                          {"count", "count", 1}}};

// Counts and money are exact: of them a range may be one value.
bool is_exact(std::string_view unit) {
  return unit == "coins" || unit == "doses" || unit == "count" || minor_digits(unit) >= 0;
}

Parsed<Quantity> in_si(const Written& number, std::string_view text) {
  if (minor_digits(number.unit) >= 0) {
    const auto money =
        parse_money(fmt::format("{}{}{} {}", number.whole, number.fraction.empty() ? "" : ".",
                                number.fraction, number.unit));
    if (!money) return tl::unexpected(money.error());
    return Quantity{static_cast<double>(money->minor), money->currency};
  }
  const auto unit = std::ranges::find(measured_units, number.unit, &MeasuredUnit::name);
  if (unit == measured_units.end())
    return tl::unexpected(fmt::format("{} has an unknown unit {}{}", in_quotes(text),
                                      in_quotes(number.unit),
                                      did_you_mean(number.unit, names_of(measured_units))));
  std::string digits(number.whole);
  if (!number.fraction.empty()) digits.append(".").append(number.fraction);
  double value = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (read.ec != std::errc{})
    return tl::unexpected(fmt::format("{} is too large", in_quotes(text)));
  return Quantity{value * unit->factor, std::string(unit->si)};
}

}  // namespace

Parsed<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  const auto number = take_apart(text, "300 ms or 2 s");
  if (!number) return tl::unexpected(number.error());
  return in_nanoseconds(*number, text);
}

Parsed<DurationRange> parse_duration_range(std::string_view text) {
  const auto ends = take_range(text, "time", "0..350 ms");
  if (!ends) return tl::unexpected(ends.error());
  const auto from = in_nanoseconds(ends->first, text);
  if (!from) return tl::unexpected(from.error());
  const auto to = in_nanoseconds(ends->second, text);
  if (!to) return tl::unexpected(to.error());
  if (*from >= *to) return tl::unexpected(not_rising(text, "0..350 ms"));
  return DurationRange{*from, *to};
}

Parsed<Money> parse_money(std::string_view text) {
  const auto number = take_apart(text, "1.05 EUR");
  if (!number) return tl::unexpected(number.error());
  const int digits = minor_digits(number->unit);
  if (digits < 0)
    return tl::unexpected(
        fmt::format("{}: {} is no ISO 4217 currency code (three capital letters, "
                    "as EUR, USD, CNY)",
                    in_quotes(text), in_quotes(number->unit)));
  if (!number->fraction.empty() && number->fraction.size() != static_cast<std::size_t>(digits))
    return tl::unexpected(fmt::format("{} must have {} decimals or none", in_quotes(text), digits));
  std::int64_t scale = 1;
  for (int i = 0; i < digits; ++i) scale *= 10;
  const auto minor = exact(*number, scale);
  if (!minor) return tl::unexpected(fmt::format("{} is too much money", in_quotes(text)));
  return Money{*minor, std::string(number->unit)};
}

Parsed<Quantity> parse_quantity(std::string_view text) {
  const auto number = take_apart(text, "500 W");
  if (!number) return tl::unexpected(number.error());
  return in_si(*number, text);
}

std::string quantity_text(double value, std::string_view unit) {
  if (unit == "kg" && std::abs(value) < 1) return fmt::format("{:.4g} g", value * 1e3);
  if (minor_digits(unit) >= 0) return money_text(std::llround(value), unit);
  return fmt::format("{:.4g} {}", value, unit);
}

Parsed<QuantityRange> parse_quantity_range(std::string_view text) {
  const auto ends = take_range(text, "quantities", "30..60 g");
  if (!ends) return tl::unexpected(ends.error());
  const auto least = in_si(ends->first, text);
  if (!least) return tl::unexpected(least.error());
  const auto most = in_si(ends->second, text);
  if (!most) return tl::unexpected(most.error());
  if (least->value > most->value || (least->value == most->value && !is_exact(least->unit)))
    return tl::unexpected(not_rising(text, "30..60 g"));
  return QuantityRange{*least, *most};
}

Parsed<std::int64_t> parse_byte_count(std::string_view text) {
  const auto number = take_apart(text, "3 bytes");
  if (!number) return tl::unexpected(number.error());
  const auto count = exact(*number, 1);
  if ((number->unit != "bytes" && number->unit != "byte") || !number->fraction.empty() || !count)
    return tl::unexpected(
        fmt::format("{} is not a number of bytes: write it as 3 bytes", in_quotes(text)));
  return *count;
}

}  // namespace brewproof::yaml
