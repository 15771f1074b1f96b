// The forms in which values of two decoders can be compared. tshark shows numbers in the base of
// its taste, bytes with colons, and bytes that are no text as U+FFFD.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rig/crosscheck/kind.h"

namespace brewproof::forms {

using Values = std::vector<std::string>;

void text(const Cell& cell, Values& values);
void number(const Cell& cell, Values& values);    // "0x1f" and "31" are the same
void not_zero(const Cell& cell, Values& values);  // a number that rooms leave out where it is 0
void hex(const Cell& cell, Values& values);       // with colons or without

/// What stands for a number: the number. Of one protocol's names, as IANA or its RFC lists them.
void dns_type(const Cell& cell, Values& values);   // "AAAA" and "28"
void dns_code(const Cell& cell, Values& values);   // "NXDOMAIN" and "3"
void mqtt_type(const Cell& cell, Values& values);  // "PUBLISH" and "3"
void ntp_mode(const Cell& cell, Values& values);   // "client" and "3"
void dhcp_type(const Cell& cell, Values& values);  // "discover" and "1"
void dhcpv6_type(const Cell& cell, Values& values);
void arp_operation(const Cell& cell, Values& values);
void tls_version(const Cell& cell, Values& values);  // "1.2" and "0x0303"

/// An HTTP request-target (RFC 9112 section 3.2): its path; keys and values of its query.
void target_path(const Cell& cell, Values& values);
void target_query(const Cell& cell, Values& values);
void dns_name(const Cell& cell, Values& values);
void dns_address(const Cell& cell, Values& values);  // of "A 192.0.2.1" the address, of others none
void ntp_time(const Cell& cell, Values& values);     // "2016-10-15T12:47:36.467834989Z"
void ntp_date(const Cell& cell, Values& values);     // "Oct 15, 2016 12:47:36.467834989 UTC"
void ntp_reference(const Cell& cell, Values& values);  // an address or up to four letters: hex
void header_line(const Cell& cell, Values& values);    // "ST: upnp:rootdevice\r\n": name and value
void coap_type(const Cell& cell, Values& values);      // "CON" and "0"
void coap_method(const Cell& cell, Values& values);    // "GET" and "1"
void coap_code(const Cell& cell, Values& values);      // "2.05" and "69"
void stun_type(const Cell& cell, Values& values);      // "0x0101": "binding success"
void stun_transaction(const Cell& cell, Values& values);  // without a cookie before it
void stun_address(const Cell& cell, Values& values);      // without its port
void mqtt_size(const Cell& cell, Values& values);  // of a remaining length: the whole packet's

/// UTF-8 without control characters, and without U+FFFD, which stands for what was none.
[[nodiscard]] bool is_readable(std::string_view text);
/// A text as lines have it: as it is where it is readable, else its printable ASCII, each run of
/// anything else one `?`.
[[nodiscard]] std::string readable(std::string_view text);
/// Of two digits each, with colons between them or without; what is none ends it.
[[nodiscard]] std::string bytes_of_hex(std::string_view hex);
/// Its beginning, cut between characters.
[[nodiscard]] std::string_view beginning(std::string_view text, std::size_t most);
void append_percent_decoded(std::string& text, std::string_view encoded);

}  // namespace brewproof::forms
