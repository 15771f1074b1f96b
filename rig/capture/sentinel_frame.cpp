#include "rig/capture/sentinel_frame.h"

#include <algorithm>

namespace brewproof {

std::optional<SentinelSeen> read_sentinel(const Packet& packet) {
  constexpr std::uint16_t ethernet = 1;
  const ByteView frame = packet.data;
  if (packet.link_type != ethernet || frame.size() < sentinel_sent_at) return std::nullopt;
  if ((frame[12] << 8 | frame[13]) != sentinel_ethertype) return std::nullopt;
  if (!std::equal(sentinel_name.begin(), sentinel_name.end(), frame.begin() + sentinel_name_at))
    return std::nullopt;
  SentinelSeen seen{packet.time_ns, std::nullopt};
  if (frame.size() < sentinel_sent_at + 8) return seen;
  std::uint64_t sent = 0;
  for (std::size_t i = 0; i < 8; ++i) sent = sent << 8 | frame[sentinel_sent_at + i];
  // In the year 2096: a difference of two such times still fits.
  constexpr std::uint64_t latest_ns = 4'000'000'000'000'000'000;
  if (sent != 0 && sent <= latest_ns) seen.sent_ns = static_cast<std::int64_t>(sent);
  return seen;
}

}  // namespace brewproof
