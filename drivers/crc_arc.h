// The check of the EVA's data links, DEX/UCS and DDCMP: CRC-16/ARC (polynomial 8005 reflected,
// begins with 0), sent low byte first (EVA-DTS 6.1.1, chapters 2 and 3).
#pragma once

#include <boost/crc.hpp>
#include <cstdint>

#include "rig/model/bytes.h"

namespace brewproof {

[[nodiscard]] inline std::uint16_t crc_arc(ByteView covered) {
  boost::crc_16_type crc;
  crc.process_bytes(covered.data(), covered.size());
  return static_cast<std::uint16_t>(crc.checksum());
}

}  // namespace brewproof
