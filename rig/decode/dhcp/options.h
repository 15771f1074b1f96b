// DHCP options by number and name (RFC 2132 and IANA's "BOOTP Vendor Extensions and DHCP Options").
#pragma once

#include <cstdint>

#include "rig/decode/outlet.h"
#include "rig/model/bytes.h"

namespace brewproof::decode {

namespace dhcp_option {
inline constexpr std::uint8_t pad = 0, overload = 52, type = 53, parameter_requests = 55, end = 255;
}

/// Adds the option as one field or several: by its name where it has one, else `option:N` with its
/// content.
void add_dhcp_option(Message& message, Outlet& out, std::uint8_t code, ByteView value);

}  // namespace brewproof::decode
