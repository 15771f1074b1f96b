// The forms that identities are written in: MAC and IP addresses, UUIDs, e-mail addresses, phone
// numbers, coordinates, serial numbers. Of a text alone, whatever its field is called.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace brewproof {

/// Twelve hex digits of "02:c0:ff:ee:00:01", "02-C0-FF-EE-00-01" or "02c0.ffee.0001"; "" else.
[[nodiscard]] std::string separated_mac(std::string_view value);
/// All zeros and all ones are nobody's.
[[nodiscard]] bool is_somebodys_mac(std::string_view digits);

/// An address that a station can have in a network: no mask, loopback, or "any".
[[nodiscard]] bool is_ipv4(std::string_view value);
/// 10/8 is left out: 10.3.2.1 is a version as often.
[[nodiscard]] bool is_private_ipv4(std::string_view value);
/// Three groups at least: "::1" and times of day are none.
[[nodiscard]] bool is_ipv6(std::string_view value);

/// 8-4-4-4-12 hex digits, whatever they say.
[[nodiscard]] bool has_uuid_form(std::string_view value);
/// RFC 9562: a version of 1 to 8, the variant 10x.
[[nodiscard]] bool is_real_uuid(std::string_view value);

/// RFC 5321's usual names: name@host.tld. Files that are called so ("logo@2x.png") are none.
[[nodiscard]] bool is_email(std::string_view value);

/// E.164 with its plus: a country's code, 8 to 15 digits.
[[nodiscard]] bool is_international_phone(std::string_view value);
/// 7 to 15 digits, however they are grouped.
[[nodiscard]] bool is_local_phone(std::string_view value);

struct Coordinate {
  double value = 0;
  std::size_t decimals = 0;  // of a degree
};
/// Degrees with decimals, or whole 1e-6 or 1e-7 degrees; nullopt where it is neither.
[[nodiscard]] std::optional<Coordinate> read_coordinate(std::string_view text, double most);
/// A latitude and a longitude in one text, with more decimals than prices have.
[[nodiscard]] bool is_place(std::string_view value);

/// 4 to 40 letters, digits and what is between them, a digit at least.
[[nodiscard]] bool is_serial_form(std::string_view value);

}  // namespace brewproof
