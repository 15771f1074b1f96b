#include "rig/proof/forms.h"

#include <charconv>
#include <cstdint>
#include <set>

#include "rig/proof/ascii.h"

namespace brewproof {
namespace {

constexpr std::size_t shortest_part = 6, longest_whole = 64;

using Key = std::optional<std::string>;

/// `text` times 10^`decimals` where that is an integer: "1.80" with 2 is 180.
Key scaled(std::string_view text, char point, int decimals) {
  bool negative = false;
  if (text.starts_with('-') || text.starts_with('+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  const std::size_t at = text.find(point);
  std::string digits(text.substr(0, at));
  std::string_view fraction = at == std::string_view::npos ? "" : text.substr(at + 1);
  if (at != std::string_view::npos && !all_digits(fraction)) return std::nullopt;
  if (!all_digits(digits)) return std::nullopt;
  while (fraction.ends_with('0')) fraction.remove_suffix(1);
  const auto places = static_cast<std::size_t>(decimals);
  if (fraction.size() > places) return std::nullopt;
  digits += fraction;
  digits.append(places - fraction.size(), '0');
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{}) return std::nullopt;
  return std::to_string(negative ? -value : value);
}

Key text_of_value(const Value& value, int) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr || text->empty()) return std::nullopt;
  return lower_case(*text);
}
Key text_of_field(std::string_view field, int) { return lower_case(field); }

Key number_of_value(const Value& value, int) {
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number == nullptr) return std::nullopt;
  return std::to_string(*number);
}
Key integer_of_field(std::string_view field, int) { return scaled(field, '.', 0); }

/// Without digits after the point major and minor units are the same: "minor units" has it.
Key decimal_of_field(std::string_view field, int decimals) {
  return decimals > 0 ? scaled(field, '.', decimals) : std::nullopt;
}
Key decimal_comma_of_field(std::string_view field, int decimals) {
  const bool comma = field.find(',') != std::string_view::npos;
  return decimals > 0 && comma ? scaled(field, ',', decimals) : std::nullopt;
}

Key hex_of(std::string_view text) {
  std::string digits = without(text, ":- ");
  if (digits.size() < shortest_part || !all_hex(digits)) return std::nullopt;
  return digits;
}
Key hex_of_value(const Value& value, int) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? std::nullopt : hex_of(*text);
}
Key hex_of_field(std::string_view field, int) { return hex_of(field); }

Key part_of_value(const Value& value, int) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr || text->size() < shortest_part) return std::nullopt;
  return lower_case(*text);
}
Key whole_of_field(std::string_view field, int) {
  if (field.size() > longest_whole) return std::nullopt;
  return lower_case(field);
}

}  // namespace

const std::vector<Form>& forms_for(bool money) {
  static const std::vector<Form> plain = {{"text", text_of_value, text_of_field},
                                          {"integer", number_of_value, integer_of_field},
                                          {"hex", hex_of_value, hex_of_field},
                                          {"part of text", part_of_value, whole_of_field, true}};
  static const std::vector<Form> amounts = {
      {"minor units", number_of_value, integer_of_field},
      {"decimal", number_of_value, decimal_of_field},
      {"decimal comma", number_of_value, decimal_comma_of_field}};
  return money ? amounts : plain;
}

int minor_digits(std::string_view currency) {
  static const std::set<std::string_view> no_digits = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY",
                                                       "KMF", "KRW", "PYG", "RWF", "UGX", "UYI",
                                                       "VND", "VUV", "XAF", "XOF", "XPF"};
  static const std::set<std::string_view> three_digits = {"BHD", "IQD", "JOD", "KWD",
                                                          "LYD", "OMR", "TND"};
  if (no_digits.contains(currency)) return 0;
  return three_digits.contains(currency) ? 3 : 2;
}

}  // namespace brewproof
