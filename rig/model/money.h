// Money in integer minor units with its ISO 4217 code: 1.05 EUR is {105, "EUR"}.
#pragma once

#include <cstdint>
#include <string>

namespace brewproof {

struct Money {
  std::int64_t minor = 0;
  std::string currency;
  friend bool operator==(const Money&, const Money&) = default;
};

}  // namespace brewproof
