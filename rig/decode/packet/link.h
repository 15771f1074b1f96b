// The link layer taken off a captured frame: Ethernet with VLAN tags, Linux cooked captures, PPP,
// BSD loopback, bare IP (LINKTYPE_ values of https://www.tcpdump.org/linktypes.html).
#pragma once

#include "rig/decode/packet/frame.h"
#include "rig/model/bytes.h"

namespace brewproof::decode {

inline constexpr std::uint16_t link_ethernet = 1;

/// Fills in the MAC addresses and the ethertype; returns where the network layer begins. A frame
/// that cannot be read has its fault afterwards.
[[nodiscard]] std::size_t read_link(Frame& frame, const Packet& packet);

}  // namespace brewproof::decode
