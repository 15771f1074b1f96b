// Money as text.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "rig/model/currency.h"
#include "rig/yaml/units.h"

namespace brewproof::yaml {

int minor_digits(std::string_view currency) { return decimals_of(currency).value_or(-1); }

std::string money_text(std::int64_t minor, std::string_view currency) {
  const int digits = std::max(minor_digits(currency), 0);
  const bool negative = minor < 0;
  std::string number = std::to_string(negative ? 0 - static_cast<std::uint64_t>(minor)
                                               : static_cast<std::uint64_t>(minor));
  const auto width = static_cast<std::size_t>(digits);
  if (number.size() <= width) number.insert(0, width + 1 - number.size(), '0');
  if (digits > 0) number.insert(number.size() - width, ".");
  return fmt::format("{}{} {}", negative ? "-" : "", number, currency);
}

}  // namespace brewproof::yaml
