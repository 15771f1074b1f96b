// Numbers in the ways of binary protocols: floats, varints, scaled integers.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "rig/proof/ascii.h"
#include "rig/proof/encodings.h"
#include "rig/proof/form_keys.h"

namespace brewproof {
namespace {

constexpr std::size_t longest_varint = 10;  // bytes

/// Minor units times `scale`; money of so many decimals that this is the "thousandths" has those.
template <std::int64_t scale>
FormKey scaled_number(const Value& value, int decimals) {
  const bool thousandths = (decimals == 2 && scale == 10) || (decimals == 1 && scale == 100) ||
                           (decimals == 0 && scale == 1000);
  return thousandths ? std::nullopt : spelled_multiple(value, scale);
}

template <class Bits>
Bits bits_of(std::string_view bytes) {
  Bits bits = 0;
  for (const char byte : bytes)
    bits = static_cast<Bits>(bits << 8 | static_cast<std::uint8_t>(byte));
  return bits;
}

/// The integer nearest to `number`, where it is one but for the rounding of its format.
FormKey integer_near(double number, double precision) {
  constexpr double largest = 9e15;  // beyond, doubles skip integers
  if (!std::isfinite(number) || std::abs(number) > largest) return std::nullopt;
  const double nearest = std::round(number);
  if (nearest == 0 || std::abs(number - nearest) > std::abs(nearest) * precision)
    return std::nullopt;
  return std::to_string(static_cast<std::int64_t>(nearest));
}

/// IEEE 754 single precision in four bytes, double in eight, in units of 10^-`places`.
FormKey float_in(std::string_view field, bool little_endian, int places) {
  FormKey bytes = hex_bytes(field);
  if (!bytes) return std::nullopt;
  if (little_endian) std::ranges::reverse(*bytes);
  const double scale = std::pow(10.0, places);
  if (bytes->size() == 4) {
    const auto number = std::bit_cast<float>(bits_of<std::uint32_t>(*bytes));
    return integer_near(static_cast<double>(number) * scale, 0x1p-22);
  }
  if (bytes->size() == 8) {
    const auto number = std::bit_cast<double>(bits_of<std::uint64_t>(*bytes));
    return integer_near(number * scale, 0x1p-50);
  }
  return std::nullopt;
}
template <bool little_endian>
FormKey major_float_of_field(std::string_view field, int decimals) {
  return decimals == 0 ? std::nullopt : float_in(field, little_endian, decimals);
}
template <bool little_endian>
FormKey float_of_field(std::string_view field, int) {
  return float_in(field, little_endian, 0);
}

/// The base-128 number that begins the bytes, whatever comes behind it
/// (https://protobuf.dev/programming-guides/encoding). One byte alone is an integer like others.
FormKey varint_of_field(std::string_view field, int) {
  const FormKey bytes = hex_bytes(field);
  if (!bytes || bytes->size() < 2) return std::nullopt;
  std::uint64_t number = 0;
  for (std::size_t at = 0; at < std::min(bytes->size(), longest_varint); ++at) {
    const auto byte = static_cast<std::uint8_t>((*bytes)[at]);
    if (at + 1 == longest_varint && byte > 1) return std::nullopt;  // beyond 64 bits
    number |= static_cast<std::uint64_t>(byte & 0x7f) << 7 * at;
    if (byte < 0x80) return std::to_string(number);
  }
  return std::nullopt;
}

}  // namespace

std::vector<Form> number_forms(bool money) {
  std::vector<Form> forms;
  if (money) {
    forms = {
        {"minor units x 10", scaled_number<10>, integer_of_field},
        {"minor units x 100", scaled_number<100>, integer_of_field},
        {"minor units x 1000", scaled_number<1000>, integer_of_field},
        {"float big-endian", spelled_number, major_float_of_field<false>},
        {"float little-endian", spelled_number, major_float_of_field<true>},
        {"minor units as float big-endian", spelled_number, float_of_field<false>},
        {"minor units as float little-endian", spelled_number, float_of_field<true>},
    };
  } else {
    forms = {{"float big-endian", spelled_number, float_of_field<false>},
             {"float little-endian", spelled_number, float_of_field<true>}};
  }
  forms.push_back({"varint", spelled_number, varint_of_field});
  forms.push_back({"zigzag varint", spelled_zigzag, varint_of_field});
  return forms;
}

}  // namespace brewproof
