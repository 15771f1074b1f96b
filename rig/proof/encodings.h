// Bytes that are written as text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace brewproof {

/// Pairs of hex digits, which are nothing else.
[[nodiscard]] std::string bytes_of_hex(std::string_view digits);
/// One byte or more; nullopt: it is not the hex of whole bytes.
[[nodiscard]] std::optional<std::string> hex_bytes(std::string_view text);

/// RFC 4648: section 4 (`+` and `/`) or 5 (`-` and `_`).
enum class Base64 { plain, for_urls };
/// Padding may be missing. nullopt: it is no base64 of that alphabet.
[[nodiscard]] std::optional<std::string> bytes_of_base64(std::string_view text, Base64 alphabet);

}  // namespace brewproof
