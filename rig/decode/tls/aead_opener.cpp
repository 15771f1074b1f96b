// AES-GCM, AES-CCM, ARIA-GCM and ChaCha20-Poly1305 (RFC 5288, 6655, 7905; RFC 8446 section 5.2).
#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "rig/decode/cipher.h"
#include "rig/decode/tls/opener.h"
#include "rig/decode/tls/record.h"

namespace brewproof::decode {
namespace {

constexpr std::size_t nonce_size = 12, explicit_nonce = 8;
constexpr std::size_t associated_size = 13;  // RFC 5246 section 6.2.3.3

int size_of(ByteView bytes) { return static_cast<int>(bytes.size()); }

class AeadOpener final : public TlsOpener {
 public:
  AeadOpener(const TlsSealing& sealing, bool in_tls13, TlsKeys keys, CipherContext context,
             Bytes& room)
      : sealing_(&sealing),
        in_tls13_(in_tls13),
        keys_(std::move(keys)),
        context_(std::move(context)),
        room_(&room) {}

  std::optional<TlsOpened> open(ByteView header, ByteView sealed, std::uint64_t sequence) override {
    const std::size_t in_record = nonce_in_record();
    if (sealed.size() < in_record + sealing_->tag + (in_tls13_ ? 1 : 0)) return std::nullopt;
    const std::size_t size = sealed.size() - in_record - sealing_->tag;
    std::array<std::uint8_t, nonce_size> nonce{};
    std::ranges::copy(keys_.iv, nonce.begin());
    if (in_record != 0) {
      std::ranges::copy(sealed.first(in_record), nonce.begin() + keys_.iv.size());
    } else {
      for (std::size_t i = 0; i < 8; ++i)
        nonce[nonce_size - 1 - i] ^= static_cast<std::uint8_t>(sequence >> (8 * i));
    }
    std::array<std::uint8_t, associated_size> associated;
    ByteView authenticated = header;
    if (!in_tls13_) {
      for (std::size_t i = 0; i < 8; ++i)
        associated[i] = static_cast<std::uint8_t>(sequence >> (8 * (7 - i)));
      std::ranges::copy(header.first(3), associated.begin() + 8);
      associated[11] = static_cast<std::uint8_t>(size >> 8);
      associated[12] = static_cast<std::uint8_t>(size);
      authenticated = associated;
    }
    if (!decrypt(nonce, authenticated, sealed.subspan(in_record, size), sealed.last(sealing_->tag)))
      return std::nullopt;
    ByteView content = ByteView(*room_).first(size);
    if (!in_tls13_) return TlsOpened{header[0], content};
    // RFC 8446 section 5.4: zeros behind the type are padding.
    while (!content.empty() && content.back() == 0) content = content.first(content.size() - 1);
    if (content.empty()) return std::nullopt;
    padded_ = padded_ || content.size() != size;
    return TlsOpened{content.back(), content.first(content.size() - 1)};
  }

  std::optional<std::size_t> overhead() const override {
    if (padded_) return std::nullopt;
    return nonce_in_record() + sealing_->tag + (in_tls13_ ? 1 : 0);
  }

 private:
  [[nodiscard]] std::size_t nonce_in_record() const {
    return in_tls13_ || sealing_->mode == TlsSealing::Mode::chacha ? 0 : explicit_nonce;
  }

  bool decrypt(ByteView nonce, ByteView associated, ByteView sealed, ByteView tag) {
    if (room_->size() < sealed.size()) room_->resize(std::max(sealed.size(), tls_max_record));
    EVP_CIPHER_CTX* context = context_.get();
    const bool ccm = sealing_->mode == TlsSealing::Mode::ccm;
    const auto set_tag = [&] {
      return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, size_of(tag),
                                 const_cast<std::uint8_t*>(tag.data()));
    };
    int written = 0;
    // CCM wants the tag and the length first, and says at once whether they fit.
    if (ccm && set_tag() != 1) return false;
    if (EVP_DecryptInit_ex(context, nullptr, nullptr, nullptr, nonce.data()) != 1) return false;
    if (ccm && EVP_DecryptUpdate(context, nullptr, &written, nullptr, size_of(sealed)) != 1)
      return false;
    if (EVP_DecryptUpdate(context, nullptr, &written, associated.data(), size_of(associated)) != 1)
      return false;
    if (EVP_DecryptUpdate(context, room_->data(), &written, sealed.data(), size_of(sealed)) != 1)
      return false;
    if (ccm) return true;
    return set_tag() == 1 && EVP_DecryptFinal_ex(context, room_->data() + written, &written) == 1;
  }

  const TlsSealing* sealing_;
  bool in_tls13_;
  bool padded_ = false;
  TlsKeys keys_;
  CipherContext context_;
  Bytes* room_;
};

}  // namespace

std::unique_ptr<TlsOpener> make_aead_opener(const TlsSealing& sealing, std::uint16_t version,
                                            TlsKeys keys, Bytes& room) {
  EVP_CIPHER* cipher = EVP_CIPHER_fetch(nullptr, sealing.cipher, nullptr);
  CipherContext context(EVP_CIPHER_CTX_new());
  const bool ready =
      cipher != nullptr && context != nullptr && keys.key.size() == sealing.key &&
      EVP_DecryptInit_ex(context.get(), cipher, nullptr, nullptr, nullptr) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_IVLEN, nonce_size, nullptr) == 1 &&
      (sealing.mode != TlsSealing::Mode::ccm ||
       EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(sealing.tag),
                           nullptr) == 1) &&
      EVP_DecryptInit_ex(context.get(), nullptr, nullptr, keys.key.data(), nullptr) == 1;
  EVP_CIPHER_free(cipher);
  if (!ready) return nullptr;
  return std::make_unique<AeadOpener>(sealing, version == tls13, std::move(keys),
                                      std::move(context), room);
}

}  // namespace brewproof::decode
