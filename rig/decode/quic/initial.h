// Opens Initial packets (RFC 9001 section 5): their keys come from the connection id that the
// client chose first, so everybody on the way can read them.
#pragma once

#include <cstdint>
#include <optional>

#include "rig/decode/packet/span.h"
#include "rig/decode/quic/packet.h"

namespace brewproof::decode {

/// Of one direction.
struct QuicKeys {
  Bytes key, iv, header;
};

/// `id`: the destination of the client's first packet. Empty keys where OpenSSL refuses.
[[nodiscard]] QuicKeys quic_initial_keys(std::uint32_t version, ByteView id, Side sender);

struct QuicOpened {
  std::uint64_t number = 0;  // as the packet has it: its low bytes alone
  Bytes frames;
};

/// Nullopt: the packet was not sealed with these keys, or is cut off.
[[nodiscard]] std::optional<QuicOpened> open_quic_initial(const QuicPacket& packet,
                                                          const QuicKeys& keys);

}  // namespace brewproof::decode
