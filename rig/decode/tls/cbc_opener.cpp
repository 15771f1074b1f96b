// Block ciphers with an HMAC beside them (RFC 5246 section 6.2.3.2), also encrypt-then-MAC (RFC
// 7366) and the chained records of TLS 1.0 (RFC 2246 section 6.2.3.2). Nobody measures our time:
// padding is not checked in constant time.
#include <openssl/evp.h>

#include <algorithm>

#include "rig/decode/cipher.h"
#include "rig/decode/tls/opener.h"
#include "rig/decode/tls/record.h"
#include "rig/decode/tls/record_mac.h"

namespace brewproof::decode {
namespace {

class CbcOpener final : public TlsOpener {
 public:
  CbcOpener(const TlsSealing& sealing, std::uint16_t version, bool encrypt_then_mac, TlsKeys keys,
            CipherContext cipher, RecordMac mac, Bytes& room)
      : sealing_(&sealing),
        chained_(version == tls10),
        encrypt_then_mac_(encrypt_then_mac),
        iv_(std::move(keys.iv)),
        cipher_(std::move(cipher)),
        mac_(std::move(mac)),
        room_(&room) {}

  std::optional<TlsOpened> open(ByteView header, ByteView sealed, std::uint64_t sequence) override {
    const std::size_t block = sealing_->tag, mac = sealing_->mac_size;
    if (encrypt_then_mac_) {
      if (sealed.size() < mac ||
          !mac_.authentic(header, sequence, sealed.first(sealed.size() - mac), sealed.last(mac)))
        return std::nullopt;
      sealed = sealed.first(sealed.size() - mac);
    }
    ByteView iv = iv_;
    if (!chained_) {
      if (sealed.size() < block) return std::nullopt;
      iv = sealed.first(block);
      sealed = sealed.subspan(block);
    }
    if (iv.size() != block || sealed.empty() || sealed.size() % block != 0 || !decrypt(iv, sealed))
      return std::nullopt;
    ByteView content = ByteView(*room_).first(sealed.size());
    const std::size_t padding = std::size_t{content.back()} + 1;
    const std::size_t behind = padding + (encrypt_then_mac_ ? 0 : mac);
    if (content.size() < behind || std::ranges::any_of(content.last(padding), [&](std::uint8_t b) {
          return b != content.back();
        }))
      return std::nullopt;
    const ByteView digest = content.subspan(content.size() - behind, behind - padding);
    content = content.first(content.size() - behind);
    if (!encrypt_then_mac_ && !mac_.authentic(header, sequence, content, digest))
      return std::nullopt;
    return TlsOpened{header[0], content};
  }

  void went_by(ByteView sealed) override {
    if (!chained_) return;
    const std::size_t behind = encrypt_then_mac_ ? sealing_->mac_size : 0;
    iv_.clear();
    if (sealed.size() < sealing_->tag + behind) return;
    const ByteView last = sealed.first(sealed.size() - behind).last(sealing_->tag);
    iv_.assign(last.begin(), last.end());
  }

 private:
  bool decrypt(ByteView iv, ByteView sealed) {
    if (room_->size() < sealed.size()) room_->resize(std::max(sealed.size(), tls_max_record));
    int written = 0;
    return EVP_DecryptInit_ex(cipher_.get(), nullptr, nullptr, nullptr, iv.data()) == 1 &&
           EVP_CIPHER_CTX_set_padding(cipher_.get(), 0) == 1 &&
           EVP_DecryptUpdate(cipher_.get(), room_->data(), &written, sealed.data(),
                             static_cast<int>(sealed.size())) == 1;
  }

  const TlsSealing* sealing_;
  bool chained_;
  bool encrypt_then_mac_;
  Bytes iv_;  // chained records: the block before the next one; empty: not captured
  CipherContext cipher_;
  RecordMac mac_;
  Bytes* room_;
};

}  // namespace

std::unique_ptr<TlsOpener> make_cbc_opener(const TlsSealing& sealing, std::uint16_t version,
                                           bool encrypt_then_mac, TlsKeys keys, Bytes& room) {
  if (keys.key.size() != sealing.key) return nullptr;
  EVP_CIPHER* kind = EVP_CIPHER_fetch(nullptr, sealing.cipher, nullptr);
  CipherContext cipher(EVP_CIPHER_CTX_new());
  const bool ready = kind != nullptr && cipher != nullptr &&
                     EVP_DecryptInit_ex(cipher.get(), kind, nullptr, keys.key.data(), nullptr) == 1;
  EVP_CIPHER_free(kind);
  auto mac = RecordMac::make(sealing.mac, keys.mac);
  if (!ready || !mac) return nullptr;
  return std::make_unique<CbcOpener>(sealing, version, encrypt_then_mac, std::move(keys),
                                     std::move(cipher), std::move(*mac), room);
}

}  // namespace brewproof::decode
