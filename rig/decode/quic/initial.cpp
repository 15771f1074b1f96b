#include "rig/decode/quic/initial.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include "rig/decode/cipher.h"

namespace brewproof::decode {
namespace {

constexpr std::size_t key_size = 16, iv_size = 12, secret_size = 32, tag_size = 16;
constexpr std::size_t sample_size = 16, longest_number = 4;

// RFC 9001 section 5.2, RFC 9369 section 3.3.1, draft-ietf-quic-tls-29 to -32 section 5.2.
constexpr std::uint8_t salt_v1[] = {0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17,
                                    0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a};
constexpr std::uint8_t salt_v2[] = {0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93,
                                    0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9};
constexpr std::uint8_t salt_draft[] = {0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97,
                                       0x86, 0xf1, 0x9c, 0x61, 0x11, 0xe0, 0x43, 0x90, 0xa8, 0x99};
constexpr std::uint32_t last_draft_of_its_own = 0xff000020;  // 33 and 34 are as version 1

ByteView salt_of(std::uint32_t version) {
  if (version == quic_v2) return salt_v2;
  return version > quic_v2 && version <= last_draft_of_its_own ? salt_draft : salt_v1;
}

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

/// HKDF-Extract (RFC 5869 section 2.2).
Bytes extract(ByteView salt, ByteView key) {
  const OSSL_PARAM params[] = {text(OSSL_KDF_PARAM_MODE, "EXTRACT_ONLY"),
                               text(OSSL_KDF_PARAM_DIGEST, "SHA256"),
                               octets(OSSL_KDF_PARAM_KEY, key), octets(OSSL_KDF_PARAM_SALT, salt),
                               OSSL_PARAM_construct_end()};
  return derive(OSSL_KDF_NAME_HKDF, params, secret_size);
}

/// HKDF-Expand-Label without a context (RFC 8446 section 7.1).
Bytes expand(ByteView secret, std::string_view label, std::size_t size) {
  const OSSL_PARAM params[] = {text(OSSL_KDF_PARAM_MODE, "EXPAND_ONLY"),
                               text(OSSL_KDF_PARAM_DIGEST, "SHA256"),
                               octets(OSSL_KDF_PARAM_KEY, secret),
                               octets(OSSL_KDF_PARAM_PREFIX, as_bytes("tls13 ")),
                               octets(OSSL_KDF_PARAM_LABEL, as_bytes(label)),
                               OSSL_PARAM_construct_end()};
  return derive(OSSL_KDF_NAME_TLS1_3_KDF, params, size);
}

/// Section 5.4.3: one block of AES under the header's key.
bool header_mask(ByteView key, ByteView sample, std::array<std::uint8_t, 16>& mask) {
  const CipherContext context(EVP_CIPHER_CTX_new());
  int written = 0;
  return context != nullptr &&
         EVP_EncryptInit_ex(context.get(), EVP_aes_128_ecb(), nullptr, key.data(), nullptr) == 1 &&
         EVP_EncryptUpdate(context.get(), mask.data(), &written, sample.data(),
                           static_cast<int>(sample_size)) == 1 &&
         written == static_cast<int>(mask.size());
}

}  // namespace

QuicKeys quic_initial_keys(std::uint32_t version, ByteView id, Side sender) {
  const bool v2 = version == quic_v2;
  const Bytes initial = extract(salt_of(version), id);
  const Bytes secret =
      expand(initial, sender == Side::client ? "client in" : "server in", secret_size);
  return {expand(secret, v2 ? "quicv2 key" : "quic key", key_size),
          expand(secret, v2 ? "quicv2 iv" : "quic iv", iv_size),
          expand(secret, v2 ? "quicv2 hp" : "quic hp", key_size)};
}

std::optional<QuicOpened> open_quic_initial(const QuicPacket& packet, const QuicKeys& keys) {
  const std::size_t sample_at = packet.number_at + longest_number;
  if (packet.cut() || packet.bytes.size() < sample_at + sample_size ||
      keys.key.size() != key_size || keys.iv.size() != iv_size || keys.header.size() != key_size)
    return std::nullopt;
  std::array<std::uint8_t, 16> mask{};
  if (!header_mask(keys.header, packet.bytes.subspan(sample_at, sample_size), mask))
    return std::nullopt;
  Bytes header(packet.bytes.begin(),
               packet.bytes.begin() + static_cast<std::ptrdiff_t>(packet.number_at));
  header[0] = static_cast<std::uint8_t>(header[0] ^ (mask[0] & 0x0f));
  const std::size_t number_size = (header[0] & 3u) + 1;
  QuicOpened opened;
  for (std::size_t i = 0; i < number_size; ++i) {
    header.push_back(static_cast<std::uint8_t>(packet.bytes[packet.number_at + i] ^ mask[1 + i]));
    opened.number = opened.number << 8 | header.back();
  }
  const ByteView sealed = packet.bytes.subspan(header.size());
  if (sealed.size() < tag_size) return std::nullopt;
  std::array<std::uint8_t, iv_size> nonce{};
  std::copy(keys.iv.begin(), keys.iv.end(), nonce.begin());
  for (std::size_t i = 0; i < 8; ++i)
    nonce[iv_size - 1 - i] ^= static_cast<std::uint8_t>(opened.number >> (8 * i));
  if (!open_aes128_gcm(keys.key, nonce, header, sealed.first(sealed.size() - tag_size),
                       sealed.last(tag_size), opened.frames))
    return std::nullopt;
  return opened;
}

}  // namespace brewproof::decode
