// A conversation between two parties: who they are, which of them is the DUT, what it is called.
// Owned by the decoder; rooms may read it and teach it a party's name.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "rig/decode/packet/address.h"
#include "rig/decode/packet/span.h"

namespace brewproof::decode {

struct Party {
  Address address;
  std::uint16_t port = 0;
  std::string text;  // of the address: every message of the flow needs it
  std::string name;  // by SNI or Host of this very flow; "" = not told
};

/// The frames of an outer stream around an inner one: bytes on the wire, by side, that belong to
/// the next message inside. Negative where more came out of them than they are (packed ones).
struct Carrier {
  std::array<std::int64_t, 2> owed{};
};

struct Flow {
  std::uint64_t number = 0;      // from 1
  std::array<Party, 2> parties;  // by Side
  Side dut = Side::client;
  std::uint8_t ip_protocol = 0;
  bool client_is_low = false;  // in the flow table's key
  bool tls = false;            // what a TLS connection holds, opened
  std::uint8_t depth = 0;      // how many streams carry it, one inside the other
  Carrier* carrier = nullptr;  // the frames around it, where they are counted so

  [[nodiscard]] const Party& party(Side side) const { return parties[index(side)]; }
  [[nodiscard]] Party& party(Side side) { return parties[index(side)]; }
};

}  // namespace brewproof::decode
