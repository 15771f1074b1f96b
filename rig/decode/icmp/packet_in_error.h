// The packet that an ICMP error is about, as far as the error quotes it (RFC 792, RFC 4443 section
// 3): it tells which destination did not answer.
#pragma once

#include "rig/decode/fields.h"

namespace brewproof::decode {

/// Fields `about:source`, `about:destination`, `about:protocol`, `about:source_port`,
/// `about:destination_port`, and what follows them as `about:payload`. What is no IP packet is kept
/// as `payload`.
void add_packet_in_error(Message& message, Outlet& out, ByteView quoted);

}  // namespace brewproof::decode
