#include "rig/crosscheck/forms.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>
#include <span>
#include <utility>

#include "rig/model/hex.h"

namespace brewproof::forms {
namespace {

std::optional<std::uint64_t> number_of(std::string_view text) {
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  if (hexadecimal) text.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, hexadecimal ? 16 : 10);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

using Named = std::pair<std::string_view, int>;

// A name that is none of these stands as it is, and so is seen to differ.
void named(std::span<const Named> names, const Cell& cell, Values& values) {
  if (cell.value.empty()) return;
  for (const auto& [name, value] : names)
    if (cell.value == name) return values.push_back(std::to_string(value));
  number(cell, values);
}

}  // namespace

bool is_readable(std::string_view text) {
  if (!simdjson::validate_utf8(text.data(), text.size())) return false;
  return text.find("\xef\xbf\xbd") == std::string_view::npos &&
         std::none_of(text.begin(), text.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return (byte < 0x20 && c != '\t' && c != '\r' && c != '\n') || byte == 0x7f;
         });
}

std::string readable(std::string_view text) {
  if (is_readable(text)) return std::string(text);
  std::string out;
  bool run = false;
  for (const char c : text) {
    const bool plain = c >= 0x20 && c < 0x7f;
    if (plain || !run) out += plain ? c : '?';
    run = !plain;
  }
  return out;
}

std::string bytes_of_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size();) {
    const int high = hex_digit(hex[i]), low = hex_digit(hex[i + 1]);
    if (high < 0 || low < 0) break;
    bytes += static_cast<char>(high << 4 | low);
    i += 2;
    if (i < hex.size() && hex[i] == ':') ++i;
  }
  return bytes;
}

std::string_view beginning(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
  return text.substr(0, most);
}

void append_percent_decoded(std::string& text, std::string_view encoded) {
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    const bool escape = encoded[i] == '%' && i + 2 < encoded.size() &&
                        hex_digit(encoded[i + 1]) >= 0 && hex_digit(encoded[i + 2]) >= 0;
    if (escape) {
      text += static_cast<char>(hex_digit(encoded[i + 1]) << 4 | hex_digit(encoded[i + 2]));
      i += 2;
    } else {
      text += encoded[i] == '+' ? ' ' : encoded[i];
    }
  }
}

void text(const Cell& cell, Values& values) {
  values.push_back(readable(cell.bytes ? bytes_of_hex(cell.value) : std::string(cell.value)));
}

void number(const Cell& cell, Values& values) {
  if (const auto value = number_of(cell.value)) return values.push_back(std::to_string(*value));
  text(cell, values);
}

void not_zero(const Cell& cell, Values& values) {
  if (number_of(cell.value) != 0u) number(cell, values);
}

void hex(const Cell& cell, Values& values) {
  std::string digits;
  for (const char c : cell.value)
    if (c != ':') digits += c;
  values.push_back(std::move(digits));
}

void dns_type(const Cell& cell, Values& values) {
  static constexpr Named names[] = {
      {"A", 1},         {"NS", 2},          {"MD", 3},          {"MF", 4},      {"CNAME", 5},
      {"SOA", 6},       {"MB", 7},          {"MG", 8},          {"MR", 9},      {"NULL", 10},
      {"WKS", 11},      {"PTR", 12},        {"HINFO", 13},      {"MINFO", 14},  {"MX", 15},
      {"TXT", 16},      {"RP", 17},         {"AFSDB", 18},      {"X25", 19},    {"ISDN", 20},
      {"RT", 21},       {"NSAP", 22},       {"NSAP-PTR", 23},   {"SIG", 24},    {"KEY", 25},
      {"PX", 26},       {"GPOS", 27},       {"AAAA", 28},       {"LOC", 29},    {"NXT", 30},
      {"SRV", 33},      {"NAPTR", 35},      {"KX", 36},         {"CERT", 37},   {"A6", 38},
      {"DNAME", 39},    {"OPT", 41},        {"APL", 42},        {"DS", 43},     {"SSHFP", 44},
      {"IPSECKEY", 45}, {"RRSIG", 46},      {"NSEC", 47},       {"DNSKEY", 48}, {"DHCID", 49},
      {"NSEC3", 50},    {"NSEC3PARAM", 51}, {"TLSA", 52},       {"SMIMEA", 53}, {"HIP", 55},
      {"CDS", 59},      {"CDNSKEY", 60},    {"OPENPGPKEY", 61}, {"CSYNC", 62},  {"ZONEMD", 63},
      {"SVCB", 64},     {"HTTPS", 65},      {"SPF", 99},        {"EUI48", 108}, {"EUI64", 109},
      {"TKEY", 249},    {"TSIG", 250},      {"IXFR", 251},      {"AXFR", 252},  {"MAILB", 253},
      {"MAILA", 254},   {"ANY", 255},       {"URI", 256},       {"CAA", 257},   {"AVC", 258},
      {"DOA", 259},     {"DLV", 32769}};
  Cell plain = cell;
  if (plain.value.starts_with("TYPE")) plain.value.remove_prefix(4);  // RFC 3597 section 5
  named(names, plain, values);
}

void dns_code(const Cell& cell, Values& values) {
  static constexpr Named names[] = {{"NOERROR", 0},
                                    {"FORMERR", 1},
                                    {"SERVFAIL", 2},
                                    {"NXDOMAIN", 3},
                                    {"NOTIMP", 4},
                                    {"REFUSED", 5},
                                    {"YXDOMAIN", 6},
                                    {"YXRRSET", 7},
                                    {"NXRRSET", 8},
                                    {"NOTAUTH", 9},
                                    {"NOTZONE", 10},
                                    // The upper bits of these stand in EDNS, and tshark's flags
                                    // have the lower four alone (RFC 6891 section 6.1.3).
                                    {"BADVERS", 0},
                                    {"BADKEY", 1},
                                    {"BADTIME", 2},
                                    {"BADMODE", 3},
                                    {"BADNAME", 4},
                                    {"BADALG", 5},
                                    {"BADTRUNC", 6},
                                    {"BADCOOKIE", 7}};
  named(names, cell, values);
}

void mqtt_type(const Cell& cell, Values& values) {
  static constexpr Named names[] = {
      {"CONNECT", 1},   {"CONNACK", 2},  {"PUBLISH", 3},   {"PUBACK", 4},      {"PUBREC", 5},
      {"PUBREL", 6},    {"PUBCOMP", 7},  {"SUBSCRIBE", 8}, {"SUBACK", 9},      {"UNSUBSCRIBE", 10},
      {"UNSUBACK", 11}, {"PINGREQ", 12}, {"PINGRESP", 13}, {"DISCONNECT", 14}, {"AUTH", 15}};
  named(names, cell, values);
}

void ntp_mode(const Cell& cell, Values& values) {
  static constexpr Named names[] = {{"symmetric active", 1},
                                    {"symmetric passive", 2},
                                    {"client", 3},
                                    {"server", 4},
                                    {"broadcast", 5}};
  named(names, cell, values);
}

void dhcp_type(const Cell& cell, Values& values) {
  static constexpr Named names[] = {
      {"discover", 1},     {"offer", 2},        {"request", 3},           {"decline", 4},
      {"ack", 5},          {"nak", 6},          {"release", 7},           {"inform", 8},
      {"force renew", 9},  {"lease query", 10}, {"lease unassigned", 11}, {"lease unknown", 12},
      {"lease active", 13}};
  named(names, cell, values);
}

void dhcpv6_type(const Cell& cell, Values& values) {
  static constexpr Named names[] = {{"solicit", 1},
                                    {"advertise", 2},
                                    {"request", 3},
                                    {"confirm", 4},
                                    {"renew", 5},
                                    {"rebind", 6},
                                    {"reply", 7},
                                    {"release", 8},
                                    {"decline", 9},
                                    {"reconfigure", 10},
                                    {"information request", 11},
                                    {"relay forward", 12},
                                    {"relay reply", 13}};
  named(names, cell, values);
}

void arp_operation(const Cell& cell, Values& values) {
  // Probes and announcements are requests for one's own address (RFC 5227).
  static constexpr Named names[] = {{"request", 1}, {"probe", 1},           {"announcement", 1},
                                    {"reply", 2},   {"reverse request", 3}, {"reverse reply", 4}};
  Cell plain = cell;
  if (plain.value.starts_with("operation ")) plain.value.remove_prefix(10);
  named(names, plain, values);
}

void tls_version(const Cell& cell, Values& values) {
  static constexpr Named names[] = {{"SSL 3.0", 0x300},   {"1.0", 0x301},      {"1.1", 0x302},
                                    {"1.2", 0x303},       {"1.3", 0x304},      {"DTLS 1.0", 0xfeff},
                                    {"DTLS 1.2", 0xfefd}, {"DTLS 1.3", 0xfefc}};
  named(names, cell, values);
}

void target_path(const Cell& cell, Values& values) {
  std::string_view target = cell.value;
  if (const std::size_t scheme = target.find("://");
      scheme != std::string_view::npos && target[0] != '/') {
    const std::size_t end = target.find_first_of("/?", scheme + 3);
    target = end == std::string_view::npos ? "/" : target.substr(end);
  }
  const std::string_view path = target.substr(0, target.find('?'));
  if (!path.empty()) values.push_back(readable(path));
}

void target_query(const Cell& cell, Values& values) {
  const std::size_t begin = cell.value.find('?');
  if (begin == std::string_view::npos) return;
  std::string_view query = cell.value.substr(begin + 1);
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    std::string key, value;
    append_percent_decoded(key, pair.substr(0, equals));
    if (equals != std::string_view::npos) append_percent_decoded(value, pair.substr(equals + 1));
    values.push_back(readable(key));
    values.push_back(readable(value));
  }
}

void dns_name(const Cell& cell, Values& values) {
  text(cell.value == "<Root>" ? Cell{} : cell, values);
}

void dns_address(const Cell& cell, Values& values) {
  for (const std::string_view type : {"A ", "AAAA "})
    if (cell.value.starts_with(type)) values.emplace_back(cell.value.substr(type.size()));
}

// The fraction is left out: both round it, to different places. A time that is not set is none.
void ntp_time(const Cell& cell, Values& values) {
  if (cell.value.empty() || cell.value == "0") return;
  values.push_back(readable(cell.value.substr(0, cell.value.find('.'))));
}

void ntp_date(const Cell& cell, Values& values) {
  if (cell.value.empty() || cell.value == "NULL" || cell.value.starts_with("(0)")) return;
  const std::string text(cell.value);
  char month[4] = {};
  int day = 0, year = 0, hour = 0, minute = 0, second = 0;
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (std::sscanf(text.c_str(), "%3s %d, %d %d:%d:%d", month, &day, &year, &hour, &minute,
                  &second) != 6 ||
      months.find(month) == std::string_view::npos)
    return values.push_back(readable(text));
  values.push_back(fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", year,
                               months.find(month) / 3 + 1, day, hour, minute, second));
}

void ntp_reference(const Cell& cell, Values& values) {
  if (cell.bytes) return hex(cell, values);
  const std::string text(cell.value);
  unsigned parts[4] = {};
  if (std::sscanf(text.c_str(), "%3u.%3u.%3u.%3u", &parts[0], &parts[1], &parts[2], &parts[3]) == 4)
    return values.push_back(
        fmt::format("{:02x}{:02x}{:02x}{:02x}", parts[0], parts[1], parts[2], parts[3]));
  std::string digits;
  for (std::size_t i = 0; i < 4; ++i)
    digits += fmt::format("{:02x}", i < text.size() ? static_cast<unsigned char>(text[i]) : 0);
  values.push_back(std::move(digits));
}

void header_line(const Cell& cell, Values& values) {
  const std::size_t colon = cell.value.find(':');
  if (colon == std::string_view::npos) return text(cell, values);
  std::string name(cell.value.substr(0, colon));
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  std::string_view value = cell.value.substr(colon + 1);
  constexpr std::string_view blank = " \t\r\n";
  value.remove_prefix(std::min(value.find_first_not_of(blank), value.size()));
  value = value.substr(0, value.find_last_not_of(blank) + 1);
  values.push_back(readable(name));
  values.push_back(readable(value));
}

void coap_type(const Cell& cell, Values& values) {
  static constexpr Named names[] = {{"CON", 0}, {"NON", 1}, {"ACK", 2}, {"RST", 3}};
  named(names, cell, values);
}

void coap_method(const Cell& cell, Values& values) {
  static constexpr Named names[] = {{"GET", 1},   {"POST", 2},  {"PUT", 3},   {"DELETE", 4},
                                    {"FETCH", 5}, {"PATCH", 6}, {"iPATCH", 7}};
  named(names, cell, values);
}

// RFC 7252 section 3: three bits of class, five of detail.
void coap_code(const Cell& cell, Values& values) {
  const std::size_t dot = cell.value.find('.');
  if (dot == std::string_view::npos) return number(cell, values);
  const auto code_class = number_of(cell.value.substr(0, dot));
  const auto detail = number_of(cell.value.substr(dot + 1));
  if (!code_class || !detail) return text(cell, values);
  values.push_back(std::to_string(*code_class * 32 + *detail));
}

// RFC 8489 section 5, by IANA's "STUN Methods".
void stun_type(const Cell& cell, Values& values) {
  const auto type = number_of(cell.value);
  if (!type) return text(cell, values);
  static constexpr std::string_view methods[] = {
      "", "binding", "shared secret", "allocate",          "refresh",
      "", "send",    "data",          "create permission", "channel bind"};
  static constexpr std::string_view classes[] = {"request", "indication", "success", "error"};
  const std::uint64_t method = (*type & 15) | (*type >> 1 & 0x70) | (*type >> 2 & 0xf80);
  const bool known = method < std::size(methods) && !methods[method].empty();
  values.push_back(
      fmt::format("{} {}", known ? std::string(methods[method]) : fmt::format("method {}", method),
                  classes[(*type >> 4 & 1) | (*type >> 7 & 2)]));
}

void stun_transaction(const Cell& cell, Values& values) {
  constexpr std::size_t digits = 24;
  hex(cell, values);
  std::string& all = values.back();
  if (all.size() > digits) all.erase(0, all.size() - digits);
}

void stun_address(const Cell& cell, Values& values) {
  if (cell.bytes) return;  // of no family that is known
  std::string_view host = cell.value.substr(0, cell.value.rfind(':'));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  values.emplace_back(host);
}

// MQTT 3.1.1 section 2.2.3: the length's own bytes hold seven bits each.
void mqtt_size(const Cell& cell, Values& values) {
  const auto length = number_of(cell.value);
  if (!length) return text(cell, values);
  std::uint64_t header = 2;
  for (std::uint64_t rest = *length >> 7; rest != 0; rest >>= 7) ++header;
  values.push_back(std::to_string(*length + header));
}

}  // namespace brewproof::forms
