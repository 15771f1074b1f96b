// The table of all that is compared. A room that lands in the decoder adds its kinds here; fields
// of tshark are those of https://www.wireshark.org/docs/dfref/.
#include "rig/crosscheck/content.h"
#include "rig/crosscheck/forms.h"
#include "rig/crosscheck/kind.h"

namespace brewproof {
namespace {

using namespace forms;

bool has_path(const Message& message, std::string_view path) {
  for (const Field& field : message.fields)
    if (field.path == path) return true;
  return false;
}

template <std::size_t size>
struct Name {
  constexpr Name(const char (&text)[size]) {  // NOLINT: implicit, as a literal is a template's
    for (std::size_t i = 0; i < size; ++i) characters[i] = text[i];
  }
  char characters[size];
  [[nodiscard]] constexpr std::string_view view() const { return {characters, size - 1}; }
};

/// All of a protocol.
template <Name protocol>
bool any(const Message& m) {
  return m.protocol == protocol.view();
}
template <Name protocol, Name label>
bool exactly(const Message& m) {
  return m.protocol == protocol.view() && m.message == label.view();
}
/// With a label that begins so, or with another.
template <Name protocol, Name label>
bool labelled(const Message& m) {
  return m.protocol == protocol.view() && m.message.starts_with(label.view());
}
template <Name protocol, Name label>
bool otherwise(const Message& m) {
  return m.protocol == protocol.view() && !m.message.starts_with(label.view());
}
/// With this field, or without.
template <Name protocol, Name path>
bool with(const Message& m) {
  return m.protocol == protocol.view() && has_path(m, path.view());
}
template <Name protocol, Name path>
bool without(const Message& m) {
  return m.protocol == protocol.view() && !has_path(m, path.view());
}

bool has_part(const Message& message, std::string_view part) {
  for (const Field& field : message.fields)
    if (field.path.starts_with(part) &&
        (field.path.size() == part.size() || field.path[part.size()] == '|'))
      return true;
  return false;
}
bool has_prefix(const Message& message, std::string_view prefix) {
  for (const Field& field : message.fields)
    if (field.path.starts_with(prefix)) return true;
  return false;
}
bool http_form(const Message& m) { return m.protocol == "http" && has_prefix(m, "form:"); }
bool http_body(const Message& m) {
  return m.protocol == "http" && (has_part(m, "body") || http_form(m));
}
bool is_response(const Message& m) { return m.message.starts_with("response "); }
bool request_body(const Message& m) { return http_body(m) && !is_response(m); }
bool response_body(const Message& m) { return http_body(m) && is_response(m); }
bool mqtt_payload(const Message& m) { return m.protocol == "mqtt" && has_part(m, "payload"); }
bool is_v6(const Message& m) { return m.peer.address.find(':') != std::string::npos; }
bool icmp_v4(const Message& m) { return m.protocol == "icmp" && !is_v6(m); }
bool icmp_v6(const Message& m) { return m.protocol == "icmp" && is_v6(m); }

constexpr Column http_requests[] = {
    {"method", "label:1", text, "http.request.method", text},
    {"path", "label:2", text, "http.request.uri", target_path},
    {"query", "query:*", text, "http.request.uri", target_query},
    {"host", "header:host", text, "http.host", text},
    {"type", "header:content-type", text, "http.content_type", text},
};
constexpr Column http_responses[] = {
    {"status", "status", number, "http.response.code", number},
    {"type", "header:content-type", text, "http.content_type", text},
};
constexpr Column http_bodies[] = {{"body", "body...", text, "http.file_data", content}};
constexpr Column mqtt_publishes[] = {
    {"topic", "label:2", text, "mqtt.topic", text},
    {"qos", "qos", number, "mqtt.qos", not_zero},
    {"id", "id", number, "mqtt.msgid", number},
    {"size", "size", number, "mqtt.len", mqtt_size},
};
constexpr Column mqtt_payloads[] = {{"payload", "payload...", text, "mqtt.msg", content_hex}};
constexpr Column mqtt_others[] = {
    {"type", "label:1", mqtt_type, "mqtt.msgtype", mqtt_type},
    {"id", "id", number, "mqtt.msgid", number},
    {"client", "client", text, "mqtt.clientid", text},
    {"user", "username", text, "mqtt.username", text},
    {"filters", "filter", text, "mqtt.topic", text},
    {"size", "size", number, "mqtt.len", mqtt_size},
};

constexpr Column dns_columns[] = {
    {"id", "id", number, "dns.id", number},
    {"name", "qname", dns_name, "dns.qry.name", dns_name},
    {"type", "qtype", dns_type, "dns.qry.type", dns_type},
    {"code", "rcode", dns_code, "dns.flags.rcode", dns_code},
    {"addresses", "answer authority additional", dns_address, "dns.a dns.aaaa", text},
};

constexpr Column tls_client_hellos[] = {
    {"version", "version", tls_version, "tls.handshake.version", tls_version},
    {"sni", "sni", text, "tls.handshake.extensions_server_name", text},
    {"random", "random", hex, "tls.handshake.random", hex},
    {"ja3", "ja3", text, "tls.handshake.ja3", text},
};
constexpr Column tls_server_hellos[] = {
    {"version", "version", tls_version, "tls.handshake.version", tls_version},
    {"cipher", "cipher", number, "tls.handshake.ciphersuite", number},
    {"random", "random", hex, "tls.handshake.random", hex},
    {"session", "session", hex, "tls.handshake.session_id", hex},
};

constexpr Column ntp_packets[] = {
    {"mode", "label", ntp_mode, "ntp.flags.mode", ntp_mode},
    {"version", "version", number, "ntp.flags.vn", number},
    {"stratum", "stratum", number, "ntp.stratum", number},
};
constexpr Column dhcp_packets[] = {
    {"type", "label", dhcp_type, "dhcp.option.dhcp", dhcp_type},
    {"transaction", "transaction", number, "dhcp.id", number},
    {"client", "client_ip", text, "dhcp.ip.client", text},
    {"your", "your_ip", text, "dhcp.ip.your", text},
    {"mac", "client_mac", hex, "dhcp.hw.mac_addr", hex, true},
    {"hostname", "hostname", text, "dhcp.option.hostname", text},
    {"requested", "requested_ip", text, "dhcp.option.requested_ip_address", text},
};
constexpr Column arp_packets[] = {
    {"operation", "label", arp_operation, "arp.opcode", arp_operation},
    {"sender", "sender_mac sender_ip", text, "arp.src.hw_mac arp.src.proto_ipv4", text},
    {"target", "target_mac target_ip", text, "arp.dst.hw_mac arp.dst.proto_ipv4", text},
};
constexpr Column icmp_packets[] = {
    {"type", "type", number, "icmp.type", number},
    {"code", "code", number, "icmp.code", number},
    {"id", "id", number, "icmp.ident", number},
    {"sequence", "seq", number, "icmp.seq", number},
};
constexpr Column icmpv6_packets[] = {
    {"type", "type", number, "icmpv6.type", number},
    {"code", "code", number, "icmpv6.code", number},
    {"id", "id", number, "icmpv6.echo.identifier", number},
    {"sequence", "seq", number, "icmpv6.echo.sequence_number", number},
};

constexpr Column igmp_packets[] = {
    {"type", "type", number, "igmp.type", number},
    {"groups", "group", text, "igmp.maddr", text},
};
constexpr Column dhcpv6_packets[] = {
    {"type", "label", dhcpv6_type, "dhcpv6.msgtype", dhcpv6_type, true},
    {"transaction", "transaction", number, "dhcpv6.xid", number, true},
};
constexpr Column websocket_texts[] = {
    {"payload", "payload...", text, "websocket.payload.text", content}};
constexpr Column websocket_closes[] = {
    {"code", "code", number, "websocket.payload.close.status_code", number}};

// tshark 4.0 shows a flag as 0 and 1, later ones as words.
constexpr std::string_view no = "0 False", yes = "1 True";
constexpr std::string_view mqtt_all_but_publish = "1 2 4 5 6 7 8 9 10 11 12 13 14 15";

constexpr Kind table[] = {
    {"http requests", otherwise<"http", "response ">, "http", "", "http.request.method", "",
     http_requests},
    {"http responses", labelled<"http", "response ">, "http", "", "http.response.code", "",
     http_responses},
    {"http request bodies", request_body, "http", "", "http.request.method http.file_data", "",
     http_bodies},
    {"http response bodies", response_body, "http", "", "http.response.code http.file_data", "",
     http_bodies},
    {"mqtt publishes", labelled<"mqtt", "PUBLISH ">, "mqtt", "", "mqtt.msgtype", "3",
     mqtt_publishes},
    {"mqtt payloads", mqtt_payload, "mqtt", "", "mqtt.msg", "", mqtt_payloads},
    {"mqtt other packets", otherwise<"mqtt", "PUBLISH ">, "mqtt", "", "mqtt.msgtype",
     mqtt_all_but_publish, mqtt_others},
    {"dns queries", without<"dns", "rcode">, "dns", "", "dns.flags.response", no, dns_columns},
    {"dns responses", with<"dns", "rcode">, "dns", "", "dns.flags.response", yes, dns_columns},
    {"mdns queries", without<"mdns", "rcode">, "mdns", "", "dns.flags.response", no, dns_columns},
    {"mdns responses", with<"mdns", "rcode">, "mdns", "", "dns.flags.response", yes, dns_columns},
    {"llmnr queries", without<"llmnr", "rcode">, "llmnr", "", "dns.flags.response", no,
     dns_columns},
    {"llmnr responses", with<"llmnr", "rcode">, "llmnr", "", "dns.flags.response", yes,
     dns_columns},
    {"tls client hellos", exactly<"tls", "client hello">, "tls", "tls.handshake.type",
     "tls.handshake.type", "1", tls_client_hellos},
    {"tls server hellos", exactly<"tls", "server hello">, "tls", "tls.handshake.type",
     "tls.handshake.type", "2", tls_server_hellos},
    {"websocket texts", labelled<"websocket", "text">, "websocket", "", "websocket.payload.text",
     "", websocket_texts},
    {"websocket closes", with<"websocket", "code">, "websocket", "",
     "websocket.payload.close.status_code", "", websocket_closes},
    {"ntp packets", with<"ntp", "transmit_time">, "ntp", "", "ntp.flags.mode", "1 2 3 4 5",
     ntp_packets},
    {"dhcp packets", any<"dhcp">, "dhcp", "", "dhcp.type", "", dhcp_packets},
    {"dhcpv6 packets", any<"dhcpv6">, "dhcpv6", "", "dhcpv6.msgtype", "", dhcpv6_packets},
    {"igmp packets", any<"igmp">, "igmp", "", "igmp.type", "", igmp_packets},
    {"arp packets", any<"arp">, "arp", "", "arp.opcode", "", arp_packets},
    {"icmp packets", icmp_v4, "icmp", "", "icmp.type", "", icmp_packets},
    {"icmpv6 packets", icmp_v6, "icmpv6", "", "icmpv6.type", "", icmpv6_packets},
};

}  // namespace

std::span<const Kind> kinds() { return table; }

}  // namespace brewproof
