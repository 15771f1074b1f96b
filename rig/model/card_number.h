// Card numbers, which nobody may read in what is shown or handed on.
#pragma once

#include <string>
#include <string_view>

namespace brewproof {

/// Every run of 13 to 19 digits (single spaces or dashes between them allowed) that is a plausible
/// card number (first digit 2 to 6 or 8, Luhn's check holds) keeps its first 6 and last 4 digits,
/// and nothing changes its length: "4111 1111 1111 1111" -> "4111 11** **** 1111". Digits inside 32
/// or more hex digits are those of a hash, and stay.
[[nodiscard]] std::string without_card_numbers(std::string_view text);

/// Luhn's check (ISO/IEC 7812-1 annex B) over decimal digits.
[[nodiscard]] bool luhn_holds(std::string_view digits);

}  // namespace brewproof
