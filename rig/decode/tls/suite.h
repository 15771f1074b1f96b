// Cipher suites: how they are called (the IANA registry "TLS Cipher Suites": those that machines
// still offer; exports, Kerberos and GOST are left out).
#pragma once

#include <cstdint>
#include <string_view>

namespace brewproof::decode {

/// "TLS_AES_128_GCM_SHA256"; "" where unknown.
[[nodiscard]] std::string_view tls_suite_name(std::uint16_t number);

}  // namespace brewproof::decode
