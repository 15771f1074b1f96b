// Values as they may be shown: card numbers masked, long ones cut.
#pragma once

#include <string>
#include <string_view>

namespace brewproof {

/// Every run of 13 to 19 digits (single spaces or dashes between them allowed) that is a plausible
/// card number (first digit 2 to 6 or 8, Luhn's check holds) keeps its first 6 and last 4 digits:
/// "4111 1111 1111 1111" -> "411111******1111". Text beyond 160 bytes is cut, at a character of
/// UTF-8, and ends in "...".
[[nodiscard]] std::string masked(std::string_view value);

/// Luhn's check (ISO/IEC 7812-1 annex B) over decimal digits.
[[nodiscard]] bool luhn_holds(std::string_view digits);

}  // namespace brewproof
