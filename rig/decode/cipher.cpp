#include "rig/decode/cipher.h"

namespace brewproof::decode {

bool open_aes128_gcm(ByteView key, ByteView nonce, ByteView associated, ByteView sealed,
                     ByteView tag, Bytes& plain) {
  const auto size_of = [](ByteView bytes) { return static_cast<int>(bytes.size()); };
  const CipherContext context(EVP_CIPHER_CTX_new());
  plain.resize(sealed.size() + tag.size());  // room that OpenSSL may want
  int written = 0, last = 0;
  const bool opened = context != nullptr &&
                      EVP_DecryptInit_ex(context.get(), EVP_aes_128_gcm(), nullptr, key.data(),
                                         nonce.data()) == 1 &&
                      EVP_DecryptUpdate(context.get(), nullptr, &written, associated.data(),
                                        size_of(associated)) == 1 &&
                      EVP_DecryptUpdate(context.get(), plain.data(), &written, sealed.data(),
                                        size_of(sealed)) == 1 &&
                      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, size_of(tag),
                                          const_cast<std::uint8_t*>(tag.data())) == 1 &&
                      EVP_DecryptFinal_ex(context.get(), plain.data() + written, &last) == 1;
  plain.resize(opened ? static_cast<std::size_t>(written + last) : 0);
  return opened;
}

}  // namespace brewproof::decode
