// Amounts of money as payment adapters write them: decimal text with a point. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace brewproof {

/// 180 with 2 decimals -> "1.80"; with none -> "180". `minor` is not negative.
[[nodiscard]] std::string amount_text(std::int64_t minor, int decimals);

/// "1.80", "1.8" and "2" with 2 decimals -> 180, 180, 200. Nothing else than digits and one point;
/// digits beyond `decimals` must be zeros. Up to 15 digits.
[[nodiscard]] std::optional<std::int64_t> parse_amount(std::string_view text, int decimals);

}  // namespace brewproof
