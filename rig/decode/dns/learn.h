// Which names a DNS message gives to addresses.
#pragma once

#include "rig/decode/dns/message.h"
#include "rig/decode/names.h"

namespace brewproof::decode {

/// `told_by_all`: mDNS and LLMNR, where every host answers for its own name and no question need
/// stand before it.
void learn_names(const DnsMessage& message, bool told_by_all, Names& names);

}  // namespace brewproof::decode
