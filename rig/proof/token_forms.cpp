// Tokens: bytes that the station writes as hex, and a machine as it likes.
#include <algorithm>
#include <cstdint>

#include "rig/model/bytes.h"
#include "rig/proof/ascii.h"
#include "rig/proof/encodings.h"
#include "rig/proof/form_keys.h"

namespace brewproof {
namespace {

constexpr std::size_t shortest_base64 = 4, longest_base64 = 256, longest_integer = 8;

FormKey lower_text_of_value(const Value& value, int decimals) {
  const FormKey text = spelled_text(value, decimals);
  return text && !text->empty() ? FormKey{lower_case(*text)} : std::nullopt;
}
FormKey backwards_of_field(std::string_view field, int) {
  std::string text = lower_case(field);
  std::ranges::reverse(text);
  return text;
}

FormKey lower(const FormKey& bytes) { return bytes ? FormKey{lower_case(*bytes)} : std::nullopt; }
FormKey base64_text_of_field(std::string_view field, int decimals) {
  return lower(base64_of_field(field, decimals));
}
FormKey hex_text_of_field(std::string_view field, int) { return lower(hex_bytes(field)); }

FormKey integer_of(const FormKey& bytes, bool little_endian) {
  if (!bytes || bytes->empty() || bytes->size() > longest_integer) return std::nullopt;
  std::string digits = *bytes;
  if (little_endian) std::ranges::reverse(digits);
  std::uint64_t number = 0;
  for (const char byte : digits) number = number << 8 | static_cast<std::uint8_t>(byte);
  return std::to_string(number);
}
FormKey big_endian_integer(const Value& value, int decimals) {
  return integer_of(spelled_bytes(value, decimals), false);
}
FormKey little_endian_integer(const Value& value, int decimals) {
  return integer_of(spelled_bytes(value, decimals), true);
}

}  // namespace

FormKey base64_of_field(std::string_view field, int) {
  if (field.size() < shortest_base64 || field.size() > longest_base64) return std::nullopt;
  const auto plain = bytes_of_base64(field, Base64::plain);
  return plain ? plain : bytes_of_base64(field, Base64::for_urls);
}

std::vector<Form> token_forms() {
  return {{"base64", spelled_bytes, base64_of_field},
          {"base64 of text", lower_text_of_value, base64_text_of_field},
          {"hex of text", lower_text_of_value, hex_text_of_field},
          {"integer of hex", big_endian_integer, integer_of_field},
          {"little-endian integer of hex", little_endian_integer, integer_of_field},
          {"reversed text", lower_text_of_value, backwards_of_field}};
}

}  // namespace brewproof
