// The style sheet of report.html: light and dark, narrow and wide, screen and paper.
#pragma once

#include <string_view>

namespace brewproof {

[[nodiscard]] std::string_view html_style();

}  // namespace brewproof
