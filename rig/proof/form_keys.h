// What forms compare: a key of the value, and a key of the field that was decoded without looking
// at any value. Decoding is the same for every act, so it favours no deal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/model/value.h"
#include "rig/proof/forms.h"

namespace brewproof {

using FormKey = std::optional<std::string>;       // absent: it cannot be that
using Spelling = FormKey (*)(const Value&, int);  // decimals of the currency

// Of values, as a machine may spell them.
[[nodiscard]] FormKey spelled_number(const Value& value, int decimals);  // 180 -> "180"
[[nodiscard]] FormKey spelled_zigzag(const Value& value, int decimals);  // 180 -> "360", protobuf's
[[nodiscard]] FormKey spelled_multiple(const Value& value, std::int64_t times);
[[nodiscard]] FormKey spelled_decimal(const Value& value, int decimals);  // 180 -> "1.80"
[[nodiscard]] FormKey spelled_text(const Value& value, int decimals);     // as it is
[[nodiscard]] FormKey spelled_bytes(const Value& value,
                                    int decimals);  // what the text is the hex of

/// Of a field: as a decimal integer, zeros in front and behind the point dropped.
[[nodiscard]] FormKey integer_of_field(std::string_view field, int decimals);
/// Of a field: the bytes that it is the base64 of, 4 to 256 characters of either alphabet.
[[nodiscard]] FormKey base64_of_field(std::string_view field, int decimals);

/// Tokens written as bytes, numbers or backwards.
[[nodiscard]] std::vector<Form> token_forms();
/// Numbers as floats, varints and scaled integers.
[[nodiscard]] std::vector<Form> number_forms(bool money);
/// Digests of the value as it may be spelled, in hex or base64, and as a decimal number.
[[nodiscard]] std::vector<Form> digest_forms(bool money);

}  // namespace brewproof
