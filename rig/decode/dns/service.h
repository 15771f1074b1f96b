// The parameters of SVCB and HTTPS records (RFC 9460): how a service wants to be spoken to.
#pragma once

#include <functional>
#include <string>

#include "rig/decode/packet/address.h"
#include "rig/model/bytes.h"

namespace brewproof::decode {

/// Appends " alpn=h2,h3 port=8443 ipv4hint=192.0.2.1"; what does not parse as its kind, and unknown
/// keys ("key667=0102"), in hex.
void append_dns_service(std::string& text, ByteView parameters);

/// Calls `each` for every address that the parameters hint at.
void each_hinted_address(ByteView parameters, const std::function<void(const Address&)>& each);

}  // namespace brewproof::decode
