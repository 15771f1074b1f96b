// What software speaks, by the form of its hello: JA3 and JA3S (github.com/salesforce/ja3) and JA4
// (github.com/FoxIO-LLC/ja4, technical_details/JA4.md), as others write and look them up.
#pragma once

#include <string>

#include "rig/decode/tls/hello.h"

namespace brewproof::decode {

/// Over what TLS runs, as JA4 marks it.
enum class TlsCarrier : char { tcp = 't', quic = 'q', datagram = 'd' };

/// The text that is hashed, "771,4865-4866,0-10-11,29-23,0".
[[nodiscard]] std::string ja3_text(const TlsHello& client);
[[nodiscard]] std::string ja3(const TlsHello& client);
[[nodiscard]] std::string ja3s(const TlsHello& server);
[[nodiscard]] std::string ja4(const TlsHello& client, TlsCarrier carrier);

}  // namespace brewproof::decode
