// ClientHello and ServerHello (RFC 8446 section 4.1, RFC 5246 section 7.4.1): what a connection
// says of itself before it is sealed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rig/model/bytes.h"

namespace brewproof::decode {

struct TlsHello {
  std::uint16_t version = 0;
  std::string_view sni;
  std::string alpn, versions;
  std::uint16_t selected_version = 0, cipher = 0;
  ByteView session;
  bool whole = false;  // false: its lengths run out of it; what was read before holds
};

/// `body` comes without its 4-byte handshake header; `sni` and `session` are views into it.
[[nodiscard]] TlsHello read_tls_hello(ByteView body, bool client);

/// "1.2", "1.3", "SSL 3.0"; unknown ones as "0x7f1c".
void append_tls_version(std::string& text, std::uint16_t version);

}  // namespace brewproof::decode
