// What an emulated cashless reader of level 2 says to the machine, for adapters that hand on whole
// blocks: MDB/ICP 4.2, section 7, 16-bit money. Without check bytes. Pure.
#pragma once

#include <cstdint>

#include "rig/model/bytes.h"

namespace brewproof::mdb::reader {

inline constexpr std::uint8_t level = 2;
inline constexpr std::int64_t most_price = 0xFFFE;  // FFFF is "unknown"

enum Code : std::uint8_t {
  configuration = 0x01,
  begin_session = 0x03,
  cancel_request = 0x04,
  approved = 0x05,
  denied = 0x06,
  end_session = 0x07,
  cancelled = 0x08,
};

/// What the reader says it is, and how it counts money.
struct Description {
  int currency = 978, scale = 1, decimals = 2;

  // Currency as 1 and three BCD digits; answers within 5 s; no options.
  [[nodiscard]] Bytes block() const {
    const auto byte = [](int value) { return static_cast<std::uint8_t>(value); };
    return {Code::configuration,
            level,
            byte(0x10 | currency / 100),
            byte(currency / 10 % 10 << 4 | currency % 10),
            byte(scale),
            byte(decimals),
            5,
            0};
  }
};

/// A usual card with that id, and nothing more of it. `funds` as the bus counts, the id 4 bytes.
[[nodiscard]] inline Bytes session_begun(std::uint16_t funds, ByteView media_id) {
  Bytes block{begin_session, static_cast<std::uint8_t>(funds >> 8U),
              static_cast<std::uint8_t>(funds & 0xFFU)};
  block.insert(block.end(), media_id.begin(), media_id.end());
  block.insert(block.end(), {0, 0, 0});
  return block;
}

[[nodiscard]] inline Bytes vend_approved(std::uint16_t amount) {
  return {approved, static_cast<std::uint8_t>(amount >> 8U),
          static_cast<std::uint8_t>(amount & 0xFFU)};
}

}  // namespace brewproof::mdb::reader
