#include "rig/decode/tls/record_mac.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>

namespace brewproof::decode {

std::optional<RecordMac> RecordMac::make(const char* digest, ByteView key) {
  EVP_MAC* kind = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  Context context(EVP_MAC_CTX_new(kind));
  EVP_MAC_free(kind);
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>(digest), 0),
      OSSL_PARAM_construct_end(),
  };
  if (context == nullptr || EVP_MAC_init(context.get(), key.data(), key.size(), params) != 1)
    return std::nullopt;
  return RecordMac(std::move(context));
}

bool RecordMac::authentic(ByteView header, std::uint64_t sequence, ByteView content,
                          ByteView made_by_sender) {
  std::array<std::uint8_t, 13> before;
  for (std::size_t i = 0; i < 8; ++i)
    before[i] = static_cast<std::uint8_t>(sequence >> (8 * (7 - i)));
  std::ranges::copy(header.first(3), before.begin() + 8);
  before[11] = static_cast<std::uint8_t>(content.size() >> 8);
  before[12] = static_cast<std::uint8_t>(content.size());
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> made;
  std::size_t size = 0;
  return EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1 &&
         EVP_MAC_update(context_.get(), before.data(), before.size()) == 1 &&
         EVP_MAC_update(context_.get(), content.data(), content.size()) == 1 &&
         EVP_MAC_final(context_.get(), made.data(), &size, made.size()) == 1 &&
         size == made_by_sender.size() &&
         CRYPTO_memcmp(made.data(), made_by_sender.data(), size) == 0;
}

}  // namespace brewproof::decode
