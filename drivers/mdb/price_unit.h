// Money as MDB devices count it: P * scale * 10^-decimals, with scale and decimals from SETUP
// (MDB/ICP 4.2, 7.4.2), and the code of a currency. Pure.
#pragma once

#include <cstdint>
#include <optional>

namespace brewproof::mdb {

/// `units` * 10^-`decimals`: 180 with 2 decimals is 1.80.
struct Amount {
  std::int64_t units = 0;
  int decimals = 0;
  friend bool operator==(const Amount&, const Amount&) = default;
};

struct PriceUnit {
  std::uint16_t scale = 1;
  std::uint8_t decimals = 0;
  [[nodiscard]] Amount of(std::uint32_t price) const {
    return {std::int64_t{price} * scale, decimals};
  }
  friend bool operator==(const PriceUnit&, const PriceUnit&) = default;
};

/// 1978 hex -> 978, the number of a currency in ISO 4217; nullopt for a telephone's country code
/// (first digit 0) and for what is no such code.
[[nodiscard]] constexpr std::optional<int> currency_number(std::uint16_t code) {
  if (code >> 12 != 1) return std::nullopt;
  int number = 0;
  for (int shift = 8; shift >= 0; shift -= 4) {
    const int digit = code >> shift & 0xF;
    if (digit > 9) return std::nullopt;
    number = number * 10 + digit;
  }
  return number;
}

}  // namespace brewproof::mdb
