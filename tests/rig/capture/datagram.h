// A frame of a machine: 02:c0:ff:ee:00:01, 192.0.2.7, sends "hi" to 192.0.2.1, UDP port 9.
#pragma once

#include <array>
#include <cstdint>

#include "rig/model/bytes.h"

namespace brewproof {

inline constexpr std::array<std::uint8_t, 44> datagram = {
    0x02, 0xc0, 0xff, 0xee, 0x00, 0x02, 0x02, 0xc0, 0xff, 0xee, 0x00, 0x01, 0x08, 0x00, 0x45,
    0x00, 0x00, 0x1e, 0x00, 0x01, 0x00, 0x00, 0x40, 0x11, 0xf6, 0xc4, 0xc0, 0x00, 0x02, 0x07,
    0xc0, 0x00, 0x02, 0x01, 0x04, 0x00, 0x00, 0x09, 0x00, 0x0a, 0x00, 0x00, 'h',  'i'};

/// The same with another payload, of up to 200 bytes.
inline Bytes datagram_of(const Bytes& payload) {
  Bytes frame(datagram.begin(), datagram.end() - 2);
  frame.insert(frame.end(), payload.begin(), payload.end());
  frame[17] = static_cast<std::uint8_t>(frame.size() - 14);  // of the IP packet
  frame[39] = static_cast<std::uint8_t>(payload.size() + 8);
  frame[24] = frame[25] = 0;
  std::uint32_t sum = 0;
  for (std::size_t at = 14; at < 34; at += 2) sum += std::uint32_t{frame[at]} << 8 | frame[at + 1];
  sum = ~((sum & 0xffff) + (sum >> 16)) & 0xffff;
  frame[24] = static_cast<std::uint8_t>(sum >> 8);
  frame[25] = static_cast<std::uint8_t>(sum);
  return frame;
}

}  // namespace brewproof
