// One captured packet, and the place where a stranger finds it again.
#pragma once

#include <cstdint>

#include "rig/model/bytes.h"

namespace brewproof {

/// Where a packet stands: `file` indexes the analysis' list of capture files, `offset` is the byte
/// offset of its block (pcapng) or record header (pcap), `frame` counts from 1 within the file.
struct PacketPlace {
  std::uint32_t file = 0;
  std::uint64_t offset = 0;
  std::uint64_t frame = 0;
  friend auto operator<=>(const PacketPlace&, const PacketPlace&) = default;
};

/// A view: `data` stays valid until the reader that made it is asked for the next packet.
struct Packet {
  std::int64_t time_ns = 0;  // CLOCK_REALTIME as stamped by the capturing kernel
  ByteView data;             // captured bytes, without FCS
  std::uint32_t original_length = 0;
  std::uint16_t link_type = 1;  // LINKTYPE_ value; 1 = Ethernet
  PacketPlace place;
};

}  // namespace brewproof
