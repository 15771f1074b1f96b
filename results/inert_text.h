// Text that came from the DUT, made harmless on its way to people. Terminals obey escape sequences,
// browsers obey markup, both obey bidirectional overrides: here all of that becomes visible text.
// Card numbers are masked on the same way.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace brewproof {

/// One line of printable text. Control characters, DEL, C1, line and paragraph separators,
/// bidirectional and other invisible format characters, combining marks and private use stand as
/// `\u{202e}`, bytes that are no UTF-8 as `\x9b`. After `most` characters it is cut: "name…".
[[nodiscard]] std::string inert(std::string_view text, std::size_t most = 120);

/// `inert`, with `& < > " '` as character references: fit for HTML text and quoted attributes.
[[nodiscard]] std::string inert_html(std::string_view text, std::size_t most = 120);

/// Columns that inert text takes on a terminal (East Asian wide characters take two).
[[nodiscard]] std::size_t columns_of(std::string_view inert_text);

}  // namespace brewproof
