// A certificate message (RFC 5246 section 7.4.2, RFC 8446 section 4.4.2) as fields: who stands
// behind each certificate, who signed it, for how long and for which names; read by OpenSSL.
#pragma once

#include "rig/decode/outlet.h"

namespace brewproof::decode {

/// Certificates of a chain that are read; more are counted in a note.
inline constexpr std::size_t max_certificates = 16;

/// `body` comes without its handshake header; in TLS 1.3 it has a context and extensions.
void add_certificates(Message& message, Outlet& out, ByteView body, bool in_tls13);

}  // namespace brewproof::decode
