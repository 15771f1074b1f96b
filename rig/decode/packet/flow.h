// A conversation between two parties: who they are, which of them is the DUT, what it is called.
// Owned by the decoder; rooms may read it and teach it a party's name.
#pragma once

#include <algorithm>
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

  /// What `size` bytes inside are on the wire, with what is owed; where that is less than none,
  /// what comes after them gives the rest back.
  std::uint64_t settle(Side from, std::uint64_t size) {
    const std::int64_t wire = static_cast<std::int64_t>(size) + owed[index(from)];
    owed[index(from)] = std::min<std::int64_t>(wire, 0);
    return static_cast<std::uint64_t>(std::max<std::int64_t>(wire, 0));
  }
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
  // Messages that were sent of it: the outlet's, which sees flows that it may not change otherwise.
  mutable std::uint64_t told = 0;

  [[nodiscard]] const Party& party(Side side) const { return parties[index(side)]; }
  [[nodiscard]] Party& party(Side side) { return parties[index(side)]; }
  /// What `size` bytes of this stream are on the wire; to be asked once for each byte.
  [[nodiscard]] std::uint64_t on_wire(Side from, std::uint64_t size) const {
    return carrier == nullptr ? size : carrier->settle(from, size);
  }
};

}  // namespace brewproof::decode
