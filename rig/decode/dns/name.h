// Domain names as DNS writes them (RFC 1035 sections 3.1 and 4.1.4); DHCP and router advertisements
// hold them too.
#pragma once

#include <string>

#include "rig/model/bytes.h"

namespace brewproof::decode {

/// Reads a name, which may jump backwards within `message` where it is compressed. Labels are
/// joined by dots; dots and backslashes inside labels are escaped by a backslash. False: it is
/// none.
[[nodiscard]] bool read_dns_name(ByteView message, ByteReader& reader, std::string& name);

/// The same without jumps and perhaps without an end: a name that its owner completes (RFC 4704
/// section 4.2). Empty where the bytes are none.
[[nodiscard]] std::string read_partial_dns_name(ByteView bytes);

}  // namespace brewproof::decode
