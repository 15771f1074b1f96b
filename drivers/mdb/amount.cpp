#include "drivers/mdb/amount.h"

#include <fmt/format.h>

#include <algorithm>

namespace brewproof {

std::string amount_text(std::int64_t minor, int decimals) {
  std::string digits = std::to_string(minor);
  if (decimals == 0) return digits;
  const auto places = static_cast<std::size_t>(decimals);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  return digits.insert(digits.size() - places, 1, '.');
}

std::optional<std::int64_t> parse_amount(std::string_view text, int decimals) {
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  const std::string_view part = text.substr(std::min(point + 1, text.size()));
  if (whole.empty() || (point < text.size() && part.empty())) return std::nullopt;
  const auto places = static_cast<std::size_t>(decimals);
  std::string digits(whole);
  for (std::size_t i = 0; i < std::max(places, part.size()); ++i) {
    const char digit = i < part.size() ? part[i] : '0';
    if (i < places)
      digits += digit;
    else if (digit != '0')
      return std::nullopt;
  }
  if (digits.size() > 15) return std::nullopt;
  std::int64_t minor = 0;
  for (const char digit : digits) {
    if (digit < '0' || digit > '9') return std::nullopt;
    minor = minor * 10 + (digit - '0');
  }
  return minor;
}

}  // namespace brewproof
