// The record layer of TLS (RFC 8446 section 5.1, RFC 5246 section 6.2): five bytes of header, then
// what is carried, open or sealed.
#pragma once

#include <cstddef>
#include <cstdint>

#include "rig/model/bytes.h"

namespace brewproof::decode {

namespace tls_type {
inline constexpr std::uint8_t change_cipher_spec = 20, alert = 21, handshake = 22, application = 23,
                              heartbeat = 24;
}  // namespace tls_type

inline constexpr std::size_t tls_record_header = 5;
inline constexpr std::size_t tls_max_record = 16384 + 2048;  // RFC 5246 section 6.2.3

inline constexpr std::uint16_t ssl3 = 0x0300, tls10 = 0x0301, tls12 = 0x0303, tls13 = 0x0304;

/// Whether a record may begin so; at least one byte.
[[nodiscard]] inline bool begins_tls_record(ByteView bytes) {
  return bytes[0] >= tls_type::change_cipher_spec && bytes[0] <= tls_type::heartbeat &&
         (bytes.size() < 2 || bytes[1] == 3) && (bytes.size() < 3 || bytes[2] <= 4);
}

/// Of what follows the header. Precondition: a whole header.
[[nodiscard]] inline std::size_t tls_record_length(ByteView header) {
  return std::size_t{header[3]} << 8 | header[4];
}

}  // namespace brewproof::decode
