#include "rig/proof/forms.h"

#include <charconv>
#include <cstdint>
#include <utility>

#include "rig/model/currency.h"
#include "rig/proof/ascii.h"
#include "rig/proof/encodings.h"
#include "rig/proof/form_keys.h"

namespace brewproof {
namespace {

constexpr std::size_t shortest_part = 6, longest_whole = 64, longest_text = 256;

/// `text` times 10^`decimals` where that is an integer: "1.80" with 2 is 180.
FormKey scaled(std::string_view text, char point, int decimals) {
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

FormKey text_of_value(const Value& value, int) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr || text->empty()) return std::nullopt;
  return lower_case(*text);
}
FormKey text_of_field(std::string_view field, int) { return lower_case(field); }

/// Without digits after the point major and minor units are the same: "minor units" has it.
FormKey decimal_of_field(std::string_view field, int decimals) {
  return decimals > 0 ? scaled(field, '.', decimals) : std::nullopt;
}
FormKey decimal_comma_of_field(std::string_view field, int decimals) {
  const bool comma = field.find(',') != std::string_view::npos;
  return decimals > 0 && comma ? scaled(field, ',', decimals) : std::nullopt;
}

FormKey hex_of(std::string_view text) {
  std::string digits = without(text, ":- ");
  if (digits.size() < shortest_part || !all_hex(digits)) return std::nullopt;
  return digits;
}
FormKey hex_of_value(const Value& value, int) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? std::nullopt : hex_of(*text);
}
FormKey hex_of_field(std::string_view field, int) { return hex_of(field); }

FormKey part_of_value(const Value& value, int) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr || text->size() < shortest_part) return std::nullopt;
  return lower_case(*text);
}
FormKey whole_of_field(std::string_view field, int) {
  if (field.size() > longest_whole) return std::nullopt;
  return lower_case(field);
}

/// Digits, of several with points or commas between them: "no. 17: 1.80 EUR" has "17" and "1.80".
/// Nothing in a text that is only a number.
std::vector<std::string_view> numbers_in(std::string_view text) {
  std::vector<std::string_view> numbers;
  if (text.size() > longest_text) return numbers;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!is_digit(text[at])) continue;
    std::size_t end = at + 1;
    while (end < text.size() &&
           (is_digit(text[end]) || ((text[end] == '.' || text[end] == ',') &&
                                    end + 1 < text.size() && is_digit(text[end + 1])))) {
      ++end;
    }
    if (end - at < text.size()) numbers.push_back(text.substr(at, end - at));
    at = end;
  }
  return numbers;
}

/// Their keys with spaces between them.
template <FormKey (*of_number)(std::string_view, int)>
FormKey words_of_field(std::string_view field, int decimals) {
  std::string words;
  for (const std::string_view number : numbers_in(field)) {
    const FormKey key = of_number(number, decimals);
    if (key) words += (words.empty() ? "" : " ") + *key;
  }
  return words.empty() ? FormKey{} : words;
}

FormKey whole_number_of(std::string_view number, int) {
  return all_digits(number) ? scaled(number, '.', 0) : std::nullopt;
}
FormKey fraction_of(std::string_view number, int decimals) {
  if (decimals == 0 || all_digits(number)) return std::nullopt;
  return scaled(number, number.find(',') == std::string_view::npos ? '.' : ',', decimals);
}

/// "0a1b2c" -> "2c1b0a"; nothing for half bytes.
FormKey reversed(const FormKey& digits) {
  if (!digits || digits->size() % 2 != 0) return std::nullopt;
  std::string last_first;
  for (std::size_t at = digits->size(); at > 0; at -= 2) last_first += digits->substr(at - 2, 2);
  return last_first;
}
FormKey reversed_hex_of_field(std::string_view field, int decimals) {
  return reversed(hex_of_field(field, decimals));
}

FormKey thousandths_of_value(const Value& value, int decimals) {
  if (decimals > 2) return std::nullopt;
  std::int64_t scale = 1;
  for (int place = decimals; place < 3; ++place) scale *= 10;
  return spelled_multiple(value, scale);
}

/// Hex of 1 to 8 bytes as an unsigned integer.
FormKey integer_of_hex(std::string_view digits) {
  if (digits.empty() || digits.size() > 16 || digits.size() % 2 != 0) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return std::to_string(number);
}
FormKey big_endian_of_field(std::string_view field, int) { return integer_of_hex(field); }
FormKey little_endian_of_field(std::string_view field, int) {
  const FormKey last_first = reversed(std::string(field));
  return last_first ? integer_of_hex(*last_first) : std::nullopt;
}

/// Bytes under one unknown byte differ from each other as before: each against the first.
FormKey against_first(const FormKey& bytes) {
  constexpr std::size_t fewest_bytes = 3;
  if (!bytes || bytes->size() < fewest_bytes) return std::nullopt;
  std::string differences;
  for (const char byte : *bytes) differences += static_cast<char>(byte ^ bytes->front());
  return differences;
}
FormKey xor_text_of_value(const Value& value, int decimals) {
  return against_first(spelled_text(value, decimals));
}
FormKey xor_hex_of_value(const Value& value, int decimals) {
  return against_first(spelled_bytes(value, decimals));
}
FormKey xor_of_field(std::string_view field, int decimals) {
  return against_first(spelled_bytes(std::string(field.substr(0, field.find('.'))), decimals));
}

std::vector<Form> with_others(std::vector<Form> forms,
                              const std::vector<std::vector<Form>>& others) {
  for (const std::vector<Form>& more : others) forms.insert(forms.end(), more.begin(), more.end());
  return forms;
}

std::vector<Form> plain_forms() {
  std::vector<Form> forms = {
      {"text", text_of_value, text_of_field},
      {"integer", spelled_number, integer_of_field},
      {"zigzag", spelled_zigzag, integer_of_field},
      {"big-endian", spelled_number, big_endian_of_field},
      {"little-endian", spelled_number, little_endian_of_field},
      {"hex", hex_of_value, hex_of_field},
      {"reversed hex", hex_of_value, reversed_hex_of_field},
      {"part of text", part_of_value, whole_of_field, Fit::part},
      {"number in text", spelled_number, words_of_field<whole_number_of>, Fit::word}};
  // Behind the hex of the text: that is a xor with zero.
  const std::vector<Form> xors = {{"xor", xor_text_of_value, xor_of_field},
                                  {"xor of hex", xor_hex_of_value, xor_of_field}};
  return with_others(std::move(forms),
                     {token_forms(), number_forms(false), xors, digest_forms(false)});
}

std::vector<Form> money_forms() {
  std::vector<Form> forms = {
      {"minor units", spelled_number, integer_of_field},
      {"decimal", spelled_number, decimal_of_field},
      {"decimal comma", spelled_number, decimal_comma_of_field},
      {"thousandths", thousandths_of_value, integer_of_field},
      {"zigzag", spelled_zigzag, integer_of_field},
      {"big-endian", spelled_number, big_endian_of_field},
      {"little-endian", spelled_number, little_endian_of_field},
      {"number in text", spelled_number, words_of_field<whole_number_of>, Fit::word},
      {"decimal in text", spelled_number, words_of_field<fraction_of>, Fit::word}};
  return with_others(std::move(forms), {number_forms(true), digest_forms(true)});
}

}  // namespace

FormKey spelled_number(const Value& value, int) {
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number == nullptr) return std::nullopt;
  return std::to_string(*number);
}
FormKey spelled_zigzag(const Value& value, int) {
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number == nullptr) return std::nullopt;
  const auto bits = static_cast<std::uint64_t>(*number);
  return std::to_string(bits << 1 ^ (*number < 0 ? ~std::uint64_t{0} : 0));
}
FormKey spelled_multiple(const Value& value, std::int64_t times) {
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number == nullptr || *number > INT64_MAX / times || *number < INT64_MIN / times)
    return std::nullopt;
  return std::to_string(*number * times);
}
FormKey spelled_decimal(const Value& value, int decimals) {
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number == nullptr || decimals == 0 || *number < 0) return std::nullopt;
  std::string digits = std::to_string(*number);
  const auto places = static_cast<std::size_t>(decimals);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  return digits.insert(digits.size() - places, 1, '.');
}
FormKey spelled_text(const Value& value, int) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? FormKey{} : FormKey{*text};
}
FormKey spelled_bytes(const Value& value, int) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? std::nullopt : hex_bytes(*text);
}
FormKey integer_of_field(std::string_view field, int) { return scaled(field, '.', 0); }

const std::vector<Form>& forms_for(bool money) {
  static const std::vector<Form> plain = plain_forms(), amounts = money_forms();
  return money ? amounts : plain;
}

bool fit(Fit how, const std::string& value, const std::string& field) {
  switch (how) {
    case Fit::whole:
      return field == value;
    case Fit::part:
      return field.find(value) != std::string::npos;
    case Fit::word:
      return (" " + field + " ").find(" " + value + " ") != std::string::npos;
    case Fit::beginning:
      return value.starts_with(field);
  }
  return false;
}

bool is_inside_text(std::string_view form) {
  return form == "part of text" || form.ends_with(" in text");
}

int minor_digits(std::string_view currency) { return decimals_of(currency).value_or(2); }

}  // namespace brewproof
