// EDNS (RFC 6891): the OPT record, which is no record but a second header with options.
#pragma once

#include "rig/decode/dns/message.h"
#include "rig/decode/outlet.h"

namespace brewproof::decode {

/// Fields `edns:size`, `edns:version`, `edns:dnssec_ok` and one for each option:
/// `edns:client_subnet`, `edns:cookie`, `edns:padding` (its length) ... and `edns:N` for those
/// without a name here.
void add_dns_extension(Message& message, Outlet& out, const DnsRecord& record);

}  // namespace brewproof::decode
