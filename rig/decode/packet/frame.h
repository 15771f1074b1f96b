// One captured frame taken apart down to what IP carries: link layer, IPv4 with options, IPv6 with
// extension headers. Views into the packet's bytes.
#pragma once

#include <cstdint>

#include "rig/decode/packet/address.h"
#include "rig/model/packet.h"

namespace brewproof::decode {

inline constexpr std::uint16_t ethertype_ipv4 = 0x0800;
inline constexpr std::uint16_t ethertype_ipv6 = 0x86dd;
inline constexpr std::uint16_t ethertype_sentinel = 0x88b5;  // IEEE 802 local experimental 1

struct Frame {
  const char* link = "ethernet";         // what the link layer is called in messages
  ByteView source_mac, destination_mac;  // empty where the link layer has none
  std::uint16_t ethertype = 0;           // after VLAN tags; below 0x0600 it is an 802.3 length
  bool group = false;                    // to a group, where no MAC says so
  Address source, destination;           // IP; below IP, MAC
  bool ip = false;
  std::uint8_t ip_protocol = 0;

  bool fragment = false;  // of a larger IP packet
  std::uint32_t fragment_id = 0;
  std::uint32_t fragment_offset = 0;  // bytes
  bool more_fragments = false;

  std::size_t network_begin = 0;  // of its header, from the beginning of the frame
  std::size_t payload_begin = 0;
  ByteView payload;             // what IP (or, below IP, the link layer) carries
  std::size_t wire_length = 0;  // of the payload before a snap length cut it

  bool unread_link = false;              // its link type is none that is read
  const char* fault = nullptr;           // why the frame cannot be read further
  std::size_t fault_offset = 0;          // where, from the beginning of the captured bytes
  const char* fault_layer = "ethernet";  // protocol whose header is at fault

  /// Sent to a group: every host on the link hears it.
  [[nodiscard]] bool to_group() const {
    return group || (!destination_mac.empty() && (destination_mac[0] & 1) != 0);
  }
};

[[nodiscard]] Frame read_frame(const Packet& packet);

}  // namespace brewproof::decode
