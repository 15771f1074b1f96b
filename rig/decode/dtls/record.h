// The record layer of DTLS 1.0 to 1.3 (RFC 6347 section 4.1, RFC 9147 section 4): a datagram holds
// whole records.
#pragma once

#include <cstdint>
#include <optional>

#include "rig/model/bytes.h"

namespace brewproof::decode {

inline constexpr std::size_t dtls_record_header = 13;
inline constexpr std::uint16_t dtls10 = 0xfeff, dtls12 = 0xfefd, dtls13 = 0xfefc;

struct DtlsRecord {
  std::uint8_t type = 0;      // as in TLS; of the short header of DTLS 1.3: 23
  std::uint16_t version = 0;  // 0: it has a short header
  std::uint16_t epoch = 0;    // 0: not sealed; of the short header its two lower bits
  std::uint64_t sequence = 0;
  std::size_t header = 0;  // bytes
  std::size_t length = 0;  // of what follows the header, on the wire
  ByteView content;        // what of it was captured

  [[nodiscard]] bool sealed() const { return version == 0 || epoch != 0; }
};

/// Reads one record off the beginning of `bytes`, of which `wire_length` were sent. Nullopt where
/// they are none.
[[nodiscard]] std::optional<DtlsRecord> read_dtls_record(ByteView bytes, std::size_t wire_length);

/// The same for the short header of sealed records in DTLS 1.3, which holds too little to be told
/// without knowing that the conversation is DTLS.
[[nodiscard]] std::optional<DtlsRecord> read_short_dtls_record(ByteView bytes,
                                                               std::size_t wire_length);

}  // namespace brewproof::decode
