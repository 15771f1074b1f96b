#include "rig/decode/tls/fingerprint.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <span>

#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

template <class List>
void append_decimals(std::string& text, const List& list) {
  const char* separator = "";
  for (const auto value : list) {
    text += separator;
    append_number(text, unsigned{value});
    separator = "-";
  }
}

void append_hex4(std::string& text, std::uint16_t value) {
  append_hex(text, std::array{static_cast<std::uint8_t>(value >> 8),
                              static_cast<std::uint8_t>(value & 0xff)});
}

void append_hex_list(std::string& text, const TlsNumbers& list) {
  const char* separator = "";
  for (const std::uint16_t value : list) {
    text += separator;
    append_hex4(text, value);
    separator = ",";
  }
}

/// "" where the library refuses the digest (MD5 under FIPS rules): nullptr for `kind`.
std::string digest(const EVP_MD* kind, const std::string& text) {
  if (kind == nullptr) return {};
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  std::string hex;
  hex.reserve(2 * bytes.size());
  if (EVP_Digest(text.data(), text.size(), bytes.data(), &size, kind, nullptr) == 1)
    append_hex(hex, ByteView(bytes).first(size));
  return hex;
}

// Fetched once, for as long as the process lives: a look-up among the providers costs three times
// what the digest of a hello does.
const EVP_MD* md5() {
  static const EVP_MD* const kind = EVP_MD_fetch(nullptr, "MD5", nullptr);
  return kind;
}

const EVP_MD* sha256() {
  static const EVP_MD* const kind = EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
  return kind;
}

constexpr std::string_view nothing = "000000000000";
constexpr std::size_t usual_text = 256;  // bytes that a digest is of, mostly

std::string short_sha256(const std::string& text) {
  return digest(sha256(), text).substr(0, nothing.size());
}

std::string_view ja4_version(std::uint16_t version) {
  switch (version) {
    case 0x0304:
      return "13";
    case 0x0303:
      return "12";
    case 0x0302:
      return "11";
    case 0x0301:
      return "10";
    case 0x0300:
      return "s3";
    case 0x0002:
      return "s2";
    case 0xfeff:
      return "d1";
    case 0xfefd:
      return "d2";
    case 0xfefc:
      return "d3";
    default:
      return "00";
  }
}

/// DTLS counts downwards.
std::uint16_t highest(const TlsNumbers& versions, TlsCarrier carrier) {
  const auto [low, high] = std::ranges::minmax_element(versions);
  return carrier == TlsCarrier::datagram ? *low : *high;
}

void append_count(std::string& text, std::size_t count) {
  count = std::min<std::size_t>(count, 99);
  text += static_cast<char>('0' + count / 10);
  text += static_cast<char>('0' + count % 10);
}

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

void append_alpn(std::string& text, std::span<const std::string_view> alpn) {
  if (alpn.empty() || alpn[0].empty()) {
    text += "00";
    return;
  }
  const char first = alpn[0].front(), last = alpn[0].back();
  if (is_alphanumeric(first) && is_alphanumeric(last)) {
    text += first;
    text += last;
    return;
  }
  constexpr std::string_view digits = "0123456789abcdef";
  text += digits[static_cast<unsigned char>(first) >> 4];
  text += digits[static_cast<unsigned char>(last) & 15];
}

}  // namespace

std::string ja3_text(const TlsHello& client) {
  std::string text;
  text.reserve(usual_text);
  append_number(text, client.version);
  text += ',';
  append_decimals(text, client.ciphers);
  text += ',';
  append_decimals(text, client.extensions);
  text += ',';
  append_decimals(text, client.groups);
  text += ',';
  append_decimals(text, client.point_formats);
  return text;
}

std::string ja3(const TlsHello& client) { return digest(md5(), ja3_text(client)); }

std::string ja3s(const TlsHello& server) {
  std::string text;
  text.reserve(usual_text);
  append_number(text, server.version);
  text += ',';
  append_decimals(text, server.ciphers);
  text += ',';
  append_decimals(text, server.extensions);
  return digest(md5(), text);
}

std::string ja4(const TlsHello& client, TlsCarrier carrier) {
  std::string text(1, static_cast<char>(carrier));
  text += ja4_version(client.versions.empty() ? client.version : highest(client.versions, carrier));
  text += client.has(tls_extension::server_name) ? 'd' : 'i';
  append_count(text, client.ciphers.size());
  append_count(text, client.extensions.size());
  append_alpn(text, client.alpn);

  TlsNumbers ciphers = client.ciphers;
  std::ranges::sort(ciphers);
  std::string list;
  list.reserve(usual_text);
  append_hex_list(list, ciphers);
  text += '_';
  text += ciphers.empty() ? nothing : short_sha256(list);

  TlsNumbers extensions;
  std::ranges::copy_if(client.extensions, std::back_inserter(extensions), [](std::uint16_t type) {
    return type != tls_extension::server_name && type != tls_extension::alpn;
  });
  std::ranges::sort(extensions);
  list.clear();
  append_hex_list(list, extensions);
  if (!client.signature_algorithms.empty()) {
    list += '_';
    append_hex_list(list, client.signature_algorithms);
  }
  text += '_';
  text += extensions.empty() ? nothing : short_sha256(list);
  return text;
}

}  // namespace brewproof::decode
