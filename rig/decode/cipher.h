// OpenSSL's ciphers as decoders need them: contexts that free themselves, and AES-128-GCM at once.
#pragma once

#include <openssl/evp.h>

#include <memory>

#include "rig/model/bytes.h"

namespace brewproof::decode {

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

/// A nonce of 12 bytes and a tag of 16 (NIST SP 800-38D). False, and `plain` empty: another key
/// sealed it, or it was changed.
[[nodiscard]] bool open_aes128_gcm(ByteView key, ByteView nonce, ByteView associated,
                                   ByteView sealed, ByteView tag, Bytes& plain);

}  // namespace brewproof::decode
