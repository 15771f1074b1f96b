// Where the DUT is known by IP addresses, what speaks against that: its network card sends from
// other addresses, too, or another card from its own.
#pragma once

#include <cstdint>
#include <string>

#include "rig/model/packet.h"

namespace brewproof {

struct OtherAddress {
  std::string mac;       // of a card that sent from an address of the DUT's
  std::string address;   // IP; "" = below IP (ARP and the like); "*" = so many that it sends on
                         // what others send, as a router does
  bool counted = false;  // it is the DUT's, but another card sends from it, too; else what came
                         // from there is counted nowhere
  std::uint64_t packets = 0, bytes = 0;  // original lengths
  std::int64_t first_ns = 0;             // CLOCK_REALTIME
  PacketPlace first;
  friend bool operator==(const OtherAddress&, const OtherAddress&) = default;
};

/// May the DUT have said something there that nothing counts, or another machine what it does?
[[nodiscard]] inline bool in_doubt(const OtherAddress& other) {
  return !other.address.empty() && other.address != "*" && other.address != "0.0.0.0" &&
         other.address != "::";
}

}  // namespace brewproof
