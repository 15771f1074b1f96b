// Values as they may be shown: card numbers masked, long ones cut.
#pragma once

#include <string>
#include <string_view>

namespace brewproof {

/// Without card numbers (rig/model/card_number.h). Text beyond 160 bytes is cut, at a character of
/// UTF-8, and ends in "...".
[[nodiscard]] std::string masked(std::string_view value);

}  // namespace brewproof
