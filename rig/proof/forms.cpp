#include "rig/proof/forms.h"

#include <openssl/evp.h>
#include <zlib.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <set>

#include "rig/model/bytes.h"
#include "rig/proof/ascii.h"

namespace brewproof {
namespace {

constexpr std::size_t shortest_part = 6, longest_whole = 64, longest_text = 256;

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
template <Key (*of_number)(std::string_view, int)>
Key words_of_field(std::string_view field, int decimals) {
  std::string words;
  for (const std::string_view number : numbers_in(field)) {
    const Key key = of_number(number, decimals);
    if (key) words += (words.empty() ? "" : " ") + *key;
  }
  return words.empty() ? Key{} : words;
}

Key whole_number_of(std::string_view number, int) {
  return all_digits(number) ? scaled(number, '.', 0) : std::nullopt;
}
Key fraction_of(std::string_view number, int decimals) {
  if (decimals == 0 || all_digits(number)) return std::nullopt;
  return scaled(number, number.find(',') == std::string_view::npos ? '.' : ',', decimals);
}

/// "0a1b2c" -> "2c1b0a"; nothing for half bytes.
Key reversed(const Key& digits) {
  if (!digits || digits->size() % 2 != 0) return std::nullopt;
  std::string last_first;
  for (std::size_t at = digits->size(); at > 0; at -= 2) last_first += digits->substr(at - 2, 2);
  return last_first;
}
Key reversed_hex_of_field(std::string_view field, int decimals) {
  return reversed(hex_of_field(field, decimals));
}

Key thousandths_of_value(const Value& value, int decimals) {
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number == nullptr || decimals > 2) return std::nullopt;
  std::int64_t scale = 1;
  for (int place = decimals; place < 3; ++place) scale *= 10;
  return *number > INT64_MAX / scale || *number < INT64_MIN / scale
             ? Key{}
             : std::to_string(*number * scale);
}

Key zigzag_of_value(const Value& value, int) {
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number == nullptr || *number == INT64_MIN) return std::nullopt;
  const auto size = static_cast<std::uint64_t>(*number < 0 ? -*number : *number);
  return std::to_string(2 * size - (*number < 0 ? 1 : 0));
}

/// Hex of 1 to 8 bytes as an unsigned integer.
Key integer_of_hex(std::string_view digits) {
  if (digits.empty() || digits.size() > 16 || digits.size() % 2 != 0) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return std::to_string(number);
}
Key big_endian_of_field(std::string_view field, int) { return integer_of_hex(field); }
Key little_endian_of_field(std::string_view field, int) {
  const Key last_first = reversed(std::string(field));
  return last_first ? integer_of_hex(*last_first) : std::nullopt;
}

/// What is digested: the value as a machine may have spelled it.
Key bytes_of_value(const Value& value, int) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr || !all_hex(*text) || text->size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t at = 0; at < text->size(); at += 2) {
    int byte = 0;
    std::from_chars(text->data() + at, text->data() + at + 2, byte, 16);
    bytes += static_cast<char>(byte);
  }
  return bytes;
}
Key spelled_text(const Value& value, int) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? Key{} : Key{*text};
}
Key spelled_decimal(const Value& value, int decimals) {
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number == nullptr || decimals == 0 || *number < 0) return std::nullopt;
  std::string digits = std::to_string(*number);
  const auto places = static_cast<std::size_t>(decimals);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  return digits.insert(digits.size() - places, 1, '.');
}

/// Bytes under one unknown byte differ from each other as before: each against the first.
Key against_first(const Key& bytes) {
  constexpr std::size_t fewest_bytes = 3;
  if (!bytes || bytes->size() < fewest_bytes) return std::nullopt;
  std::string differences;
  for (const char byte : *bytes) differences += static_cast<char>(byte ^ bytes->front());
  return differences;
}
Key xor_text_of_value(const Value& value, int decimals) {
  return against_first(spelled_text(value, decimals));
}
Key xor_hex_of_value(const Value& value, int decimals) {
  return against_first(bytes_of_value(value, decimals));
}
Key xor_of_field(std::string_view field, int decimals) {
  return against_first(bytes_of_value(std::string(field.substr(0, field.find('.'))), decimals));
}

std::string crc32_of(const std::string& bytes) {
  const auto* data = reinterpret_cast<const Bytef*>(bytes.data());
  std::uint64_t sum = crc32(crc32(0, nullptr, 0), data, static_cast<uInt>(bytes.size()));
  std::string digits;
  for (int shift = 28; shift >= 0; shift -= 4) digits += "0123456789abcdef"[sum >> shift & 15];
  return digits;
}
template <const EVP_MD* (*kind)()>
std::string digest_of(const std::string& bytes) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, kind(), nullptr);
  return to_hex(ByteView(digest.data(), length));
}

using Spelling = Key (*)(const Value&, int);
template <Spelling spelled, std::string (*digest)(const std::string&)>
Key digest_of_value(const Value& value, int decimals) {
  const Key text = spelled(value, decimals);
  return text ? Key{digest(*text)} : std::nullopt;
}
Key digest_of_field(std::string_view field, int) {
  constexpr std::size_t shortest_digest = 8;
  if (field.size() < shortest_digest || !all_hex(field)) return std::nullopt;
  return lower_case(field);
}

template <Spelling spelled>
void add_digests(std::vector<Form>& forms, std::string_view name) {
  const auto add = [&](std::string_view digest, Spelling of_value) {
    forms.push_back({name, of_value, digest_of_field, Fit::beginning, digest});
  };
  add("crc32", digest_of_value<spelled, crc32_of>);
  add("md5", digest_of_value<spelled, digest_of<EVP_md5>>);
  add("sha1", digest_of_value<spelled, digest_of<EVP_sha1>>);
  add("sha256", digest_of_value<spelled, digest_of<EVP_sha256>>);
}

std::vector<Form> plain_forms() {
  std::vector<Form> forms = {
      {"text", text_of_value, text_of_field},
      {"integer", number_of_value, integer_of_field},
      {"zigzag", zigzag_of_value, integer_of_field},
      {"big-endian", number_of_value, big_endian_of_field},
      {"little-endian", number_of_value, little_endian_of_field},
      {"hex", hex_of_value, hex_of_field},
      {"reversed hex", hex_of_value, reversed_hex_of_field},
      {"part of text", part_of_value, whole_of_field, Fit::part},
      {"number in text", number_of_value, words_of_field<whole_number_of>, Fit::word},
      {"xor", xor_text_of_value, xor_of_field},
      {"xor of hex", xor_hex_of_value, xor_of_field}};
  add_digests<spelled_text>(forms, "text");
  add_digests<bytes_of_value>(forms, "hex");
  add_digests<number_of_value>(forms, "integer");
  return forms;
}

std::vector<Form> money_forms() {
  std::vector<Form> forms = {
      {"minor units", number_of_value, integer_of_field},
      {"decimal", number_of_value, decimal_of_field},
      {"decimal comma", number_of_value, decimal_comma_of_field},
      {"thousandths", thousandths_of_value, integer_of_field},
      {"zigzag", zigzag_of_value, integer_of_field},
      {"big-endian", number_of_value, big_endian_of_field},
      {"little-endian", number_of_value, little_endian_of_field},
      {"number in text", number_of_value, words_of_field<whole_number_of>, Fit::word},
      {"decimal in text", number_of_value, words_of_field<fraction_of>, Fit::word}};
  add_digests<number_of_value>(forms, "minor units");
  add_digests<spelled_decimal>(forms, "decimal");
  return forms;
}

}  // namespace

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
