// Text from a file as it may be shown to a person: control characters, bidirectional overrides and
// broken UTF-8 never reach a terminal raw.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace brewproof::yaml {

/// True for code points that act on a terminal or hide what is there: C0, DEL, C1, zero-width
/// space and marks, line separators, bidirectional controls, byte order mark.
[[nodiscard]] bool is_unprintable(char32_t code_point);

/// The code point at `position`, which is moved behind it. nullopt for a byte that is not UTF-8
/// (overlong forms and surrogates included); then `position` moves by one byte.
[[nodiscard]] std::optional<char32_t> next_code_point(std::string_view text, std::size_t& position);

/// `text` with every unprintable code point as \n, \t, \x1b or \u{202e} and bytes that are not
/// UTF-8 as \xff.
[[nodiscard]] std::string printable(std::string_view text);

/// printable() in single quotes, cut after `longest` code points with "...".
[[nodiscard]] std::string in_quotes(std::string_view text, std::size_t longest = 60);

}  // namespace brewproof::yaml
