#include "rig/decode/tls/names.h"

#include <array>

#include "rig/decode/text.h"

namespace brewproof::decode {

void append_tls_version(std::string& text, std::uint16_t version) {
  switch (version) {
    case 0x0300:
      text += "SSL 3.0";
      return;
    case 0x0301:
      text += "1.0";
      return;
    case 0x0302:
      text += "1.1";
      return;
    case 0x0303:
      text += "1.2";
      return;
    case 0x0304:
      text += "1.3";
      return;
    case 0xfeff:
      text += "DTLS 1.0";
      return;
    case 0xfefd:
      text += "DTLS 1.2";
      return;
    case 0xfefc:
      text += "DTLS 1.3";
      return;
    default:
      text += "0x";
      append_hex(text, std::array{static_cast<std::uint8_t>(version >> 8),
                                  static_cast<std::uint8_t>(version)});
  }
}

std::string_view tls_handshake_name(std::uint8_t type) {
  static constexpr auto names = [] {
    std::array<std::string_view, 26> all{};
    all[0] = "hello request";
    all[1] = "client hello";
    all[2] = "server hello";
    all[3] = "hello verify request";
    all[4] = "new session ticket";
    all[5] = "end of early data";
    all[6] = "hello retry request";  // only in drafts of 1.3; since then a server hello of its own
    all[8] = "encrypted extensions";
    all[11] = "certificate";
    all[12] = "server key exchange";
    all[13] = "certificate request";
    all[14] = "server hello done";
    all[15] = "certificate verify";
    all[16] = "client key exchange";
    all[20] = "finished";
    all[21] = "certificate url";
    all[22] = "certificate status";
    all[23] = "supplemental data";
    all[24] = "key update";
    all[25] = "compressed certificate";
    return all;
  }();
  return type < names.size() ? names[type] : std::string_view{};
}

std::string_view tls_alert_name(std::uint8_t description) {
  switch (description) {
    case 0:
      return "close_notify";
    case 10:
      return "unexpected_message";
    case 20:
      return "bad_record_mac";
    case 21:
      return "decryption_failed";
    case 22:
      return "record_overflow";
    case 30:
      return "decompression_failure";
    case 40:
      return "handshake_failure";
    case 41:
      return "no_certificate";
    case 42:
      return "bad_certificate";
    case 43:
      return "unsupported_certificate";
    case 44:
      return "certificate_revoked";
    case 45:
      return "certificate_expired";
    case 46:
      return "certificate_unknown";
    case 47:
      return "illegal_parameter";
    case 48:
      return "unknown_ca";
    case 49:
      return "access_denied";
    case 50:
      return "decode_error";
    case 51:
      return "decrypt_error";
    case 60:
      return "export_restriction";
    case 70:
      return "protocol_version";
    case 71:
      return "insufficient_security";
    case 80:
      return "internal_error";
    case 86:
      return "inappropriate_fallback";
    case 90:
      return "user_canceled";
    case 100:
      return "no_renegotiation";
    case 109:
      return "missing_extension";
    case 110:
      return "unsupported_extension";
    case 111:
      return "certificate_unobtainable";
    case 112:
      return "unrecognized_name";
    case 113:
      return "bad_certificate_status_response";
    case 114:
      return "bad_certificate_hash_value";
    case 115:
      return "unknown_psk_identity";
    case 116:
      return "certificate_required";
    case 120:
      return "no_application_protocol";
    case 121:
      return "ech_required";
    default:
      return {};
  }
}

}  // namespace brewproof::decode
