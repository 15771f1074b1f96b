// The headers of QUIC packets as far as they stand open (RFC 9000 section 17, RFC 9369 section 3.2
// and the version-independent RFC 8999). Views are into the datagram.
#pragma once

#include <cstdint>
#include <optional>

#include "rig/model/bytes.h"

namespace brewproof::decode {

inline constexpr std::uint32_t quic_v1 = 0x00000001, quic_v2 = 0x6b3343cf;

enum class QuicType : std::uint8_t { initial, zero_rtt, handshake, retry, negotiation, other };

struct QuicPacket {
  QuicType type = QuicType::other;
  std::uint32_t version = 0;
  ByteView destination, source;  // connection ids
  ByteView token;                // of Initial and Retry
  ByteView versions;             // of Version Negotiation
  ByteView bytes;                // of the whole packet, as far as it was captured
  std::size_t wire_length = 0;   // of the whole packet
  std::size_t number_at = 0;     // where the protected packet number stands; 0: there is none

  [[nodiscard]] bool cut() const { return bytes.size() < wire_length; }
};

/// RFC 9000 section 16: two to eight bytes' worth of number behind a length of two bits.
[[nodiscard]] std::uint64_t read_quic_number(ByteReader& reader);

/// A version whose packets can be told apart: 1, 2, and the last drafts of 1.
[[nodiscard]] bool is_quic_version(std::uint32_t version);

/// Reads one packet with a long header off the beginning of `bytes`, of which `wire_length` were
/// sent. Nullopt where they are none.
[[nodiscard]] std::optional<QuicPacket> read_quic_packet(ByteView bytes, std::size_t wire_length);

}  // namespace brewproof::decode
