// How the decoder ended before the captures did, and where in them.
#pragma once

#include <optional>
#include <string>

#include "rig/model/packet.h"

namespace brewproof {

struct DecoderFault {
  std::string how;  // signal, exit, stood_still, nonsense
  std::optional<int> signal, exit_code;
  std::optional<PacketPlace> at;  // the packet in hand; frame 0: before the first of that file
  friend bool operator==(const DecoderFault&, const DecoderFault&) = default;
};

}  // namespace brewproof
