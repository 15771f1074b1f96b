// How a parameter's value may stand in a field: the fixed list of forms that is searched. Fixed
// beforehand and applied to every trial alike, so that a form is never chosen for one lucky value.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/model/value.h"

namespace brewproof {

/// A field holds a value in this form when their keys fit. `decimals`: digits after the
/// point of the currency. No key: the text cannot be such a value.
enum class Fit {
  whole,      // the keys are equal
  part,       // the value's key is any part of the field's
  word,       // the value's key is a word of the field's, which has spaces between them
  beginning,  // the field's key is the beginning of the value's: a digest may be cut
};

/// Do the keys fit so?
[[nodiscard]] bool fit(Fit how, const std::string& value, const std::string& field);

struct Form {
  std::string_view name;
  std::optional<std::string> (*of_value)(const Value& value, int decimals);
  std::optional<std::string> (*of_field)(std::string_view field, int decimals);
  Fit fit = Fit::whole;
  std::string_view digest = {};  // "sha256": the field is that digest of the value in this form
};

/// The forms that are tried, in order of preference:
///   "text"          equal, ASCII case ignored
///   "integer"       equal as decimal integers ("0180", "+180", "180.0" for 180)
///   "minor units"   the same where the parameter is money
///   "decimal"       major units with a point: 180 as "1.80", "1.8" (money)
///   "decimal comma" "1,80"
///   "thousandths"   of the major unit: 180 as 1800 (money of two decimals or fewer)
///   "zigzag"        180 as 360, protobuf's sint (https://protobuf.dev/programming-guides/encoding)
///   "big-endian" "little-endian"  an integer of 1 to 8 bytes, which the field holds as hex
///   "hex"           equal hex digits, separators ":", "-" and " " and case ignored
///   "reversed hex"  the same, last byte first
///   "part of text"  six characters or more, inside a field of at most 64, case ignored
///   "number in text"  digits between other characters, in a field of at most 256; for money
///                   "decimal in text" likewise
///   "xor"           the text under one unknown byte, as hex (up to a first dot: a DNS label)
///   "xor of hex"    likewise the bytes that the text is the hex of
///   "base64"        of the bytes that the text is the hex of; either alphabet, padded or not
///   "base64 of text" "hex of text"  of its characters, case ignored
///   "integer of hex" "little-endian integer of hex"  bytes, 8 at most, as a decimal number
///   "reversed text" last character first, case ignored
///   "float big-endian" "float little-endian"  IEEE 754, 4 or 8 bytes as hex: of the number, for
///                   money of major units, and "minor units as float ..." likewise
///   "varint" "zigzag varint"  the base-128 number that begins two or more bytes of hex
///   "minor units x 10" "... x 100" "... x 1000"  (money)
/// and digests (crc32 md5 sha1 sha256), cut or whole, in hex of eight digits or more or in base64:
/// of the text, of the bytes that the text is the hex of, of minor units, of the decimal; whole
/// ones also as a decimal number ("text as number").
[[nodiscard]] const std::vector<Form>& forms_for(bool money);

/// Does the form leave room in the field for more than the value?
[[nodiscard]] bool is_inside_text(std::string_view form);

/// Digits after the point of a currency (ISO 4217): EUR 2, JPY 0, KWD 3; 2 where unknown.
[[nodiscard]] int minor_digits(std::string_view currency);

}  // namespace brewproof
