#include "rig/decode/tls/keys.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <memory>
#include <string>

#include "rig/decode/tls/record.h"

namespace brewproof::decode {
namespace {

struct Free {
  void operator()(EVP_KDF_CTX* context) const { EVP_KDF_CTX_free(context); }
};

OSSL_PARAM text(const char* key, std::string_view value) {
  return OSSL_PARAM_construct_utf8_string(key, const_cast<char*>(value.data()), value.size());
}
OSSL_PARAM octets(const char* key, ByteView value) {
  return OSSL_PARAM_construct_octet_string(key, const_cast<std::uint8_t*>(value.data()),
                                           value.size());
}

Bytes derive(const char* function, const OSSL_PARAM* params, std::size_t size) {
  EVP_KDF* kdf = EVP_KDF_fetch(nullptr, function, nullptr);
  const std::unique_ptr<EVP_KDF_CTX, Free> context(EVP_KDF_CTX_new(kdf));
  EVP_KDF_free(kdf);
  Bytes out(size);
  if (context == nullptr || EVP_KDF_derive(context.get(), out.data(), size, params) != 1) return {};
  return out;
}

/// HKDF-Expand-Label without a context (RFC 8446 section 7.1).
Bytes expand_label(const char* hash, ByteView secret, std::string_view label, std::size_t size) {
  const OSSL_PARAM params[] = {
      text(OSSL_KDF_PARAM_MODE, "EXPAND_ONLY"),
      text(OSSL_KDF_PARAM_DIGEST, hash),
      octets(OSSL_KDF_PARAM_KEY, secret),
      octets(OSSL_KDF_PARAM_PREFIX, as_bytes("tls13 ")),
      octets(OSSL_KDF_PARAM_LABEL, as_bytes(label)),
      OSSL_PARAM_construct_end(),
  };
  return derive(OSSL_KDF_NAME_TLS1_3_KDF, params, size);
}

/// What of the nonce is part of the keys.
std::size_t iv_size(const TlsSealing& sealing, std::uint16_t version) {
  switch (sealing.mode) {
    case TlsSealing::Mode::gcm:
    case TlsSealing::Mode::ccm:
      return 4;  // RFC 5288 section 3: the other eight bytes stand in each record
    case TlsSealing::Mode::chacha:
      return 12;  // RFC 7905 section 2
    case TlsSealing::Mode::cbc:
      return version == tls10 ? sealing.tag : 0;
    case TlsSealing::Mode::null:
      return 0;
  }
  return 0;
}

}  // namespace

TlsKeyPair tls12_keys(const TlsSealing& sealing, std::uint16_t version, ByteView master,
                      ByteView client_random, ByteView server_random) {
  constexpr std::string_view label = "key expansion";
  Bytes seed(label.begin(), label.end());
  seed.insert(seed.end(), server_random.begin(), server_random.end());
  seed.insert(seed.end(), client_random.begin(), client_random.end());
  const OSSL_PARAM params[] = {
      text(OSSL_KDF_PARAM_DIGEST, version == tls12 ? sealing.hash : "MD5-SHA1"),
      octets(OSSL_KDF_PARAM_SECRET, master),
      octets(OSSL_KDF_PARAM_SEED, seed),
      OSSL_PARAM_construct_end(),
  };
  const std::size_t iv = iv_size(sealing, version);
  const Bytes block =
      derive(OSSL_KDF_NAME_TLS1_PRF, params, 2 * (sealing.mac_size + sealing.key + iv));
  ByteReader reader(block);
  const auto take = [&](std::size_t size) {
    const ByteView part = reader.take(size);
    return Bytes(part.begin(), part.end());
  };
  TlsKeyPair keys;
  keys.client.mac = take(sealing.mac_size);
  keys.server.mac = take(sealing.mac_size);
  keys.client.key = take(sealing.key);
  keys.server.key = take(sealing.key);
  keys.client.iv = take(iv);
  keys.server.iv = take(iv);
  return keys;
}

TlsKeys tls13_keys(const TlsSealing& sealing, ByteView secret) {
  return {expand_label(sealing.hash, secret, "key", sealing.key),
          expand_label(sealing.hash, secret, "iv", 12),
          {}};
}

Bytes tls13_next_secret(const TlsSealing& sealing, ByteView secret) {
  return expand_label(sealing.hash, secret, "traffic upd", secret.size());
}

}  // namespace brewproof::decode
