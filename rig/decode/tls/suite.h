// Cipher suites: how they are called (the IANA registry "TLS Cipher Suites": those that machines
// still offer; exports, Kerberos and GOST are left out), and how they seal a record.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace brewproof::decode {

/// "TLS_AES_128_GCM_SHA256"; "" where unknown.
[[nodiscard]] std::string_view tls_suite_name(std::uint16_t number);

/// How a suite seals, in OpenSSL's names.
struct TlsSealing {
  enum class Mode : std::uint8_t { gcm, ccm, chacha, cbc, null };
  std::string_view part;  // the end of the suite's name that says it: "AES_128_GCM_SHA256"
  const char* cipher;
  Mode mode;
  std::size_t key;  // bytes
  std::size_t tag;  // AEAD: bytes; CBC: of a block
  const char* mac;  // CBC, null: the digest of its HMAC
  std::size_t mac_size;
  const char* hash;  // of the key derivation in TLS 1.2 and 1.3

  [[nodiscard]] bool aead() const { return mode != Mode::cbc && mode != Mode::null; }
  /// It encrypts nothing.
  [[nodiscard]] bool open() const { return mode == Mode::null; }
};

/// nullptr where records of this suite cannot be opened.
[[nodiscard]] const TlsSealing* tls_sealing(std::uint16_t number);

}  // namespace brewproof::decode
