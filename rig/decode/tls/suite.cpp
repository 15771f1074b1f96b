#include "rig/decode/tls/suite.h"

#include <algorithm>
#include <iterator>

namespace brewproof::decode {
namespace {

using Mode = TlsSealing::Mode;

// RFC 5246 appendix C, 5288, 5289, 5932, 6209, 6655, 7251, 7905, 8446 appendix B.4.
constexpr TlsSealing sealings[] = {
    {"AES_128_GCM_SHA256", "AES-128-GCM", Mode::gcm, 16, 16, "", 0, "SHA256"},
    {"AES_256_GCM_SHA384", "AES-256-GCM", Mode::gcm, 32, 16, "", 0, "SHA384"},
    {"ARIA_128_GCM_SHA256", "ARIA-128-GCM", Mode::gcm, 16, 16, "", 0, "SHA256"},
    {"ARIA_256_GCM_SHA384", "ARIA-256-GCM", Mode::gcm, 32, 16, "", 0, "SHA384"},
    {"CHACHA20_POLY1305_SHA256", "ChaCha20-Poly1305", Mode::chacha, 32, 16, "", 0, "SHA256"},
    {"AES_128_CCM", "AES-128-CCM", Mode::ccm, 16, 16, "", 0, "SHA256"},
    {"AES_128_CCM_SHA256", "AES-128-CCM", Mode::ccm, 16, 16, "", 0, "SHA256"},
    {"AES_128_CCM_8", "AES-128-CCM", Mode::ccm, 16, 8, "", 0, "SHA256"},
    {"AES_128_CCM_8_SHA256", "AES-128-CCM", Mode::ccm, 16, 8, "", 0, "SHA256"},
    {"AES_256_CCM", "AES-256-CCM", Mode::ccm, 32, 16, "", 0, "SHA256"},
    {"AES_256_CCM_SHA384", "AES-256-CCM", Mode::ccm, 32, 16, "", 0, "SHA384"},
    {"AES_256_CCM_8", "AES-256-CCM", Mode::ccm, 32, 8, "", 0, "SHA256"},
    {"AES_128_CBC_SHA", "AES-128-CBC", Mode::cbc, 16, 16, "SHA1", 20, "SHA256"},
    {"AES_256_CBC_SHA", "AES-256-CBC", Mode::cbc, 32, 16, "SHA1", 20, "SHA256"},
    {"AES_128_CBC_SHA256", "AES-128-CBC", Mode::cbc, 16, 16, "SHA256", 32, "SHA256"},
    {"AES_256_CBC_SHA256", "AES-256-CBC", Mode::cbc, 32, 16, "SHA256", 32, "SHA256"},
    {"AES_256_CBC_SHA384", "AES-256-CBC", Mode::cbc, 32, 16, "SHA384", 48, "SHA384"},
    {"ARIA_128_CBC_SHA256", "ARIA-128-CBC", Mode::cbc, 16, 16, "SHA256", 32, "SHA256"},
    {"ARIA_256_CBC_SHA384", "ARIA-256-CBC", Mode::cbc, 32, 16, "SHA384", 48, "SHA384"},
    {"CAMELLIA_128_CBC_SHA", "CAMELLIA-128-CBC", Mode::cbc, 16, 16, "SHA1", 20, "SHA256"},
    {"CAMELLIA_256_CBC_SHA", "CAMELLIA-256-CBC", Mode::cbc, 32, 16, "SHA1", 20, "SHA256"},
    {"CAMELLIA_128_CBC_SHA256", "CAMELLIA-128-CBC", Mode::cbc, 16, 16, "SHA256", 32, "SHA256"},
    {"CAMELLIA_256_CBC_SHA256", "CAMELLIA-256-CBC", Mode::cbc, 32, 16, "SHA256", 32, "SHA256"},
    {"CAMELLIA_256_CBC_SHA384", "CAMELLIA-256-CBC", Mode::cbc, 32, 16, "SHA384", 48, "SHA384"},
    {"NULL_MD5", "", Mode::null, 0, 0, "MD5", 16, "SHA256"},
    {"NULL_SHA", "", Mode::null, 0, 0, "SHA1", 20, "SHA256"},
    {"NULL_SHA256", "", Mode::null, 0, 0, "SHA256", 32, "SHA256"},
    {"NULL_SHA384", "", Mode::null, 0, 0, "SHA384", 48, "SHA384"},
    {"3DES_EDE_CBC_SHA", "DES-EDE3-CBC", Mode::cbc, 24, 8, "SHA1", 20, "SHA256"},
};

}  // namespace

const TlsSealing* tls_sealing(std::uint16_t number) {
  std::string_view name = tls_suite_name(number);
  if (name.empty()) return nullptr;
  constexpr std::string_view with = "_WITH_", prefix = "TLS_";
  const std::size_t at = name.find(with);
  name.remove_prefix(at == std::string_view::npos ? prefix.size() : at + with.size());
  const auto found = std::ranges::find(sealings, name, &TlsSealing::part);
  return found == std::end(sealings) ? nullptr : &*found;
}

}  // namespace brewproof::decode
