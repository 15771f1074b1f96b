// What TLS calls its versions, handshake messages and alerts (the IANA registry "TLS Parameters").
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace brewproof::decode {

namespace tls_handshake {
inline constexpr std::uint8_t client_hello = 1, server_hello = 2, hello_verify_request = 3,
                              new_session_ticket = 4, end_of_early_data = 5,
                              encrypted_extensions = 8, certificate = 11, server_hello_done = 14,
                              finished = 20, key_update = 24;
}  // namespace tls_handshake

/// "1.2", "1.3", "SSL 3.0", "DTLS 1.2"; unknown ones as "0x7f1c".
void append_tls_version(std::string& text, std::uint16_t version);

/// "client hello"; "" where unknown.
[[nodiscard]] std::string_view tls_handshake_name(std::uint8_t type);

/// "bad_certificate", as the RFCs write it; "" where unknown.
[[nodiscard]] std::string_view tls_alert_name(std::uint8_t description);

}  // namespace brewproof::decode
