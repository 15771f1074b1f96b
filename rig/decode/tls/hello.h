// ClientHello and ServerHello (RFC 8446 section 4.1, RFC 5246 section 7.4.1): what a connection
// says of itself before it is sealed. All views are into the hello's own bytes. GREASE values
// (RFC 8701), which say nothing and differ every time, are left out of all lists.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <string_view>

#include "rig/model/bytes.h"

namespace brewproof::decode {

namespace tls_extension {
inline constexpr std::uint16_t server_name = 0, supported_groups = 10, point_formats = 11,
                               signature_algorithms = 13, alpn = 16, encrypt_then_mac = 22,
                               session_ticket = 35, pre_shared_key = 41, early_data = 42,
                               supported_versions = 43;
}  // namespace tls_extension

/// As many as a hello has, mostly: no memory but its own.
using TlsNumbers = boost::container::small_vector<std::uint16_t, 32>;

struct TlsHello {
  std::uint16_t version = 0;  // as its own field says: never above 1.2
  ByteView random, session;
  TlsNumbers ciphers;            // offered, or the selected one alone
  std::uint8_t compression = 0;  // selected
  TlsNumbers extensions;
  std::string_view sni;
  boost::container::small_vector<std::string_view, 4> alpn;
  TlsNumbers versions;  // of supported_versions: offered, or the selected one
  TlsNumbers groups, signature_algorithms;
  ByteView point_formats;
  ByteView ticket;        // RFC 5077: a former session's
  ByteView psk_identity;  // the first one offered: a former session's ticket, or an external key
  bool whole = false;     // false: its lengths run out of it; what was read before holds

  [[nodiscard]] bool has(std::uint16_t extension) const;
  /// The cipher suite that a server selected; 0: none.
  [[nodiscard]] std::uint16_t cipher() const { return ciphers.empty() ? 0 : ciphers[0]; }
  /// The version that a server selected.
  [[nodiscard]] std::uint16_t selected_version() const {
    return versions.empty() ? version : versions[0];
  }
  /// A ServerHello that asks for another ClientHello (RFC 8446 section 4.1.3).
  [[nodiscard]] bool asks_again() const;
};

/// What a TLS 1.3 server says under seal (RFC 8446 section 4.3.1): extensions alone.
[[nodiscard]] TlsHello read_encrypted_extensions(ByteView body);

/// `body` comes without its handshake header.
[[nodiscard]] TlsHello read_tls_hello(ByteView body, bool client);

}  // namespace brewproof::decode
