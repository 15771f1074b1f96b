// A record's data as text, much as zone files write it (RFC 1035 section 5 and the RFC of each
// type); of unknown types, and of data that is not as its type says, the bytes in hex.
#pragma once

#include <string>

#include "rig/decode/dns/message.h"

namespace brewproof::decode {

/// Appends "A 203.0.113.10", "MX 10 mail.example", "TYPE65042 0102". Names may jump into `message`.
void append_dns_record(std::string& text, ByteView message, const DnsRecord& record);

}  // namespace brewproof::decode
