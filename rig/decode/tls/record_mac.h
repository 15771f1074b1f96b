// The HMAC of a record up to TLS 1.2 (RFC 5246 section 6.2.3.1), by OpenSSL.
#pragma once

#include <openssl/evp.h>

#include <cstdint>
#include <memory>
#include <optional>

#include "rig/model/bytes.h"

namespace brewproof::decode {

class RecordMac {
 public:
  /// `digest` in OpenSSL's names; nullopt where it has no such digest.
  [[nodiscard]] static std::optional<RecordMac> make(const char* digest, ByteView key);

  /// `header`: the record's five bytes, of which the length is that of `content` here.
  [[nodiscard]] bool authentic(ByteView header, std::uint64_t sequence, ByteView content,
                               ByteView made_by_sender);

 private:
  struct Free {
    void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
  };
  using Context = std::unique_ptr<EVP_MAC_CTX, Free>;
  explicit RecordMac(Context context) : context_(std::move(context)) {}

  Context context_;
};

}  // namespace brewproof::decode
