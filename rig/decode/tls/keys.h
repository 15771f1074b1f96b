// From the secrets of a session to the keys of its records (RFC 5246 section 6.3, RFC 8446 section
// 7.3), by OpenSSL's key derivation functions. Empty keys where OpenSSL refuses.
#pragma once

#include "rig/decode/tls/suite.h"
#include "rig/model/bytes.h"

namespace brewproof::decode {

struct TlsKeys {
  Bytes key, iv, mac;
};
struct TlsKeyPair {
  TlsKeys client, server;
};

/// Up to TLS 1.2.
[[nodiscard]] TlsKeyPair tls12_keys(const TlsSealing& sealing, std::uint16_t version,
                                    ByteView master, ByteView client_random,
                                    ByteView server_random);

[[nodiscard]] TlsKeys tls13_keys(const TlsSealing& sealing, ByteView secret);
/// The secret after a key update.
[[nodiscard]] Bytes tls13_next_secret(const TlsSealing& sealing, ByteView secret);

}  // namespace brewproof::decode
