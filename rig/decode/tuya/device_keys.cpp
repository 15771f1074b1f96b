#include "rig/decode/tuya/device_keys.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "rig/decode/cipher.h"
#include "rig/decode/payload/codec.h"
#include "rig/decode/text.h"

namespace brewproof::decode::tuya {
namespace {

constexpr std::size_t hmac_size = 32, nonce_size = 16, gcm_nonce_size = 12;
constexpr std::size_t digest_begin = 8, digest_size = 16;  // of the MD5 in hex
constexpr unsigned most_in_vain = 64;  // frames of a connection that every key is tried on
constexpr std::uint32_t key_start = 3, key_answer = 4;
constexpr std::size_t enough_text = 8;  // so much text does not come out by chance

std::array<std::uint8_t, hmac_size> hmac_of(ByteView key, ByteView bytes) {
  std::array<std::uint8_t, hmac_size> sum{};
  unsigned size = 0;
  ::HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes.data(), bytes.size(),
         sum.data(), &size);
  return sum;
}

/// One block or so, sealed without padding; `iv` empty: in ECB mode, else as GCM does it.
bool seal(const EVP_CIPHER* cipher, ByteView key, ByteView iv, ByteView plain,
          std::vector<std::uint8_t>& sealed) {
  const CipherContext context(EVP_CIPHER_CTX_new());
  sealed.resize(plain.size() + block_size);
  int written = 0;
  const bool done = context != nullptr &&
                    EVP_EncryptInit_ex(context.get(), cipher, nullptr, key.data(),
                                       iv.empty() ? nullptr : iv.data()) == 1 &&
                    EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1 &&
                    EVP_EncryptUpdate(context.get(), sealed.data(), &written, plain.data(),
                                      static_cast<int>(plain.size())) == 1;
  sealed.resize(done ? static_cast<std::size_t>(written) : 0);
  return done;
}

}  // namespace

bool DeviceKeys::try_key(ByteView key, const Frame& frame, ByteView sealed, Bytes& plain) const {
  if (frame.gcm) return open_gcm(key, frame, plain);
  if (!frame.hmac.empty()) {
    const auto sum = hmac_of(key, frame.checked);
    return std::ranges::equal(sum, frame.hmac) && open_blocks(key, sealed, plain);
  }
  if (!open_blocks(key, sealed, plain)) return false;
  return plain.empty() || (is_readable(as_text(plain)) &&
                           (proven_ || plain[0] == '{' || plain.size() >= enough_text));
}

bool DeviceKeys::open(const Frame& frame, ByteView sealed, Bytes& plain) {
  if (!session_.empty() && try_key(session_, frame, sealed, plain)) return true;
  if (!proven_ && in_vain_ >= most_in_vain) return false;
  for (std::size_t i = 0; i < given_->size(); ++i) {
    const std::size_t at = (chosen_ + i) % given_->size();
    if (!try_key((*given_)[at].key, frame, sealed, plain)) continue;
    chosen_ = at;
    proven_ = true;
    learn(frame, plain);
    return true;
  }
  ++in_vain_;
  return false;
}

bool DeviceKeys::open_31(ByteView digest, ByteView base64, Bytes& plain) {
  for (const LocalKey& local : *given_) {
    std::string text = "data=";
    text.append(as_text(base64));
    text += "||lpv=3.1||";
    text.append(as_text(local.key));
    std::array<std::uint8_t, 16> md5{};
    unsigned size = 0;
    if (EVP_Digest(text.data(), text.size(), md5.data(), &size, EVP_md5(), nullptr) != 1) continue;
    if (to_hex(md5).substr(digest_begin, digest_size) != as_text(digest)) continue;
    Bytes sealed(base64.size());
    const int count =
        EVP_DecodeBlock(sealed.data(), base64.data(), static_cast<int>(base64.size()));
    if (count < 0) continue;
    std::size_t length = static_cast<std::size_t>(count);  // with what stands for the padding
    for (std::size_t i = base64.size(); i > 0 && base64[i - 1] == '='; --i) --length;
    if (open_blocks(local.key, ByteView(sealed).first(length), plain)) return true;
  }
  return false;
}

/// The session key is the exclusive or of both nonces, sealed with the local key.
void DeviceKeys::learn(const Frame& frame, ByteView plain) {
  const Key& local = (*given_)[chosen_].key;
  if (frame.command == key_start && plain.size() == nonce_size) {
    nonce_.assign(plain.begin(), plain.end());
    session_.clear();
  }
  if (frame.command != key_answer || nonce_.empty()) return;
  if (frame.gcm) static_cast<void>(take_result(plain));
  if (plain.size() < nonce_size + hmac_size) return;
  if (!std::ranges::equal(hmac_of(local, nonce_), plain.subspan(nonce_size, hmac_size))) return;
  Key both{};
  std::ranges::transform(nonce_, plain.first(nonce_size), both.begin(),
                         [](std::uint8_t a, std::uint8_t b) { return a ^ b; });
  const bool done = frame.gcm ? seal(EVP_aes_128_gcm(), local,
                                     ByteView(nonce_).first(gcm_nonce_size), both, session_)
                              : seal(EVP_aes_128_ecb(), local, {}, both, session_);
  if (!done) session_.clear();
}

}  // namespace brewproof::decode::tuya
