// What a sentinel frame (live/sentinel.h) holds, byte by byte: the two addresses, ethertype 0x88B5,
// "brewproof sentinel", 16 random bytes, and the sender's CLOCK_REALTIME as it was sent
// (nanoseconds, 64 bits, big-endian; 0 in the frames of earlier versions).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "rig/model/packet.h"

namespace brewproof {

inline constexpr std::uint16_t sentinel_ethertype = 0x88b5;  // IEEE 802 local experimental 1
inline constexpr std::string_view sentinel_name = "brewproof sentinel";
inline constexpr std::size_t sentinel_name_at = 14;
inline constexpr std::size_t sentinel_nonce_at = sentinel_name_at + sentinel_name.size();
inline constexpr std::size_t sentinel_sent_at = sentinel_nonce_at + 16;

/// One that a capture holds, on the clock of the bench that sent it and on that of the capture.
struct SentinelSeen {
  std::int64_t captured_ns = 0;
  std::optional<std::int64_t> sent_ns;  // absent: an earlier version sent it
};

/// nullopt: the packet is no sentinel of ours, or is cut too short to tell.
[[nodiscard]] std::optional<SentinelSeen> read_sentinel(const Packet& packet);

}  // namespace brewproof
