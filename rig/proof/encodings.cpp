#include "rig/proof/encodings.h"

#include <openssl/evp.h>

#include "rig/model/hex.h"
#include "rig/proof/ascii.h"

namespace brewproof {

std::string bytes_of_hex(std::string_view digits) {
  std::string bytes;
  bytes.reserve(digits.size() / 2);
  for (std::size_t at = 0; at + 1 < digits.size(); at += 2) {
    bytes += static_cast<char>(hex_digit(digits[at]) << 4 | hex_digit(digits[at + 1]));
  }
  return bytes;
}

std::optional<std::string> hex_bytes(std::string_view text) {
  if (text.size() % 2 != 0 || !all_hex(text)) return std::nullopt;
  return bytes_of_hex(text);
}

std::optional<std::string> bytes_of_base64(std::string_view text, Base64 alphabet) {
  for (int pads = 0; pads < 2 && text.ends_with('=') && text.size() % 4 != 1; ++pads) {
    text.remove_suffix(1);
  }
  if (text.size() % 4 == 1) return std::nullopt;
  const std::string_view last_two = alphabet == Base64::for_urls ? "-_" : "+/";
  std::string digits(text);
  for (char& c : digits) {
    const std::size_t at = last_two.find(c);
    const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (at == std::string_view::npos && !letter && !is_digit(c)) return std::nullopt;
    if (at != std::string_view::npos) c = "+/"[at];
  }
  const std::size_t whole = text.size() * 3 / 4;
  digits.resize((digits.size() + 3) / 4 * 4, '=');
  std::string bytes(digits.size() / 4 * 3, '\0');
  EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                  reinterpret_cast<const unsigned char*>(digits.data()),
                  static_cast<int>(digits.size()));
  bytes.resize(whole);
  return bytes;
}

}  // namespace brewproof
