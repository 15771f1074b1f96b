// What DNS calls its record types, classes, operations and outcomes (the IANA registry "Domain Name
// System (DNS) Parameters").
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace brewproof::decode {

namespace dns_type {
inline constexpr std::uint16_t a = 1, ns = 2, cname = 5, soa = 6, ptr = 12, hinfo = 13, mx = 15,
                               txt = 16, rp = 17, afsdb = 18, aaaa = 28, srv = 33, naptr = 35,
                               kx = 36, dname = 39, opt = 41, ds = 43, sshfp = 44, rrsig = 46,
                               nsec = 47, dnskey = 48, nsec3 = 50, nsec3param = 51, tlsa = 52,
                               smimea = 53, cds = 59, cdnskey = 60, svcb = 64, https = 65, spf = 99,
                               uri = 256, caa = 257;
}

/// "A", "HTTPS"; unknown ones as "TYPE65042" (RFC 3597 section 5).
void append_dns_type(std::string& text, std::uint16_t type);
/// "IN", "CH"; unknown ones as "CLASS9".
void append_dns_class(std::string& text, std::uint16_t number);
/// "query", "update"; unknown ones as "operation 9".
void append_dns_operation(std::string& text, unsigned number);
/// "NXDOMAIN"; unknown ones as "RCODE200".
void append_dns_outcome(std::string& text, unsigned number);

}  // namespace brewproof::decode
