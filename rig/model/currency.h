// Money is counted in minor units: cents. How many make a major unit is the currency's.
#pragma once

#include <optional>
#include <string_view>

namespace brewproof {

/// Digits behind the point of a currency's amounts (ISO 4217): EUR 2, JPY 0, KWD 3. nullopt: there
/// is no such currency.
[[nodiscard]] std::optional<int> decimals_of(std::string_view currency);

}  // namespace brewproof
