// Fields that stand in commands and in replies of cashless readers. Pure.
#pragma once

#include "drivers/mdb/cashless.h"

namespace brewproof::mdb::cashless {

inline constexpr std::string_view level_unknown =
    "how long this is depends on the reader's level, and its SETUP was not heard";
inline constexpr std::string_view no_level = "a level is 1, 2 or 3";

[[nodiscard]] constexpr bool is_level(std::uint8_t level) { return level >= 1 && level <= 3; }

[[nodiscard]] inline Price read_price(ByteReader& in, const Form& form) {
  const std::uint32_t price = form.expanded ? in.be32() : in.be16();
  if (price == (form.expanded ? 0xFFFFFFFFU : 0xFFFFU)) return std::nullopt;
  return price;
}

[[nodiscard]] inline Identity read_identity(ByteReader& in) {
  Identity value;
  value.maker = as_text(in.take(3));
  value.serial = as_text(in.take(12));
  value.model = as_text(in.take(12));
  value.version = in.be16();
  return value;
}

}  // namespace brewproof::mdb::cashless
