// Hellos put together from their parts, as RFC 8446 section 4.1 lays them out.
#pragma once

#include "tests/rig/decode/wire.h"

namespace brewproof::wire {

inline Bytes u16(std::size_t value) {
  return {static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}
inline Bytes with_u16_length(const Bytes& bytes) { return u16(bytes.size()) + bytes; }

inline Bytes extension(std::uint16_t type, const Bytes& content) {
  return u16(type) + with_u16_length(content);
}

/// Without its handshake header. `ciphers` in hex; compression methods: null alone.
inline Bytes client_hello_body(std::string_view version, const Bytes& session,
                               std::string_view ciphers, const Bytes& extensions) {
  Bytes body = hex(version) + Bytes(32, 0xaa) + Bytes{static_cast<std::uint8_t>(session.size())} +
               session + with_u16_length(hex(ciphers)) + hex("01 00");
  return extensions.empty() ? body : body + with_u16_length(extensions);
}

inline Bytes server_hello_body(std::string_view version, const Bytes& session,
                               std::string_view cipher, const Bytes& extensions,
                               const Bytes& random = Bytes(32, 0xbb)) {
  Bytes body = hex(version) + random + Bytes{static_cast<std::uint8_t>(session.size())} + session +
               hex(cipher) + hex("00");
  return extensions.empty() ? body : body + with_u16_length(extensions);
}

inline Bytes handshake(std::uint8_t type, const Bytes& body) {
  return Bytes{type, 0} + with_u16_length(body);
}

inline Bytes record(std::uint8_t type, const Bytes& content) {
  return Bytes{type, 3, 3} + with_u16_length(content);
}

}  // namespace brewproof::wire
