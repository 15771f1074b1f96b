// Text broken into lines for a terminal.
#pragma once

#include <cstddef>
#include <string>

namespace brewproof {

/// Breaks at spaces so that no line passes `width` columns; a longer word stands alone. The first
/// line begins at column `indent` (the caller wrote that far), the others are indented to it.
[[nodiscard]] std::string wrapped(const std::string& text, std::size_t width, std::size_t indent);

}  // namespace brewproof
