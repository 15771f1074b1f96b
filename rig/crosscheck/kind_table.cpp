// The table of all that is compared. A room that lands in the decoder adds its kinds here; fields
// of tshark are those of https://www.wireshark.org/docs/dfref/.
#include <algorithm>
#include <span>

#include "rig/crosscheck/content.h"
#include "rig/crosscheck/forms.h"
#include "rig/crosscheck/kind.h"

namespace brewproof {
namespace {

using namespace forms;

bool has_path(const KeptMessage& message, std::string_view path) {
  return message.field(path).has_value();
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
bool any(const KeptMessage& m) {
  return m.protocol() == protocol.view();
}
template <Name protocol, Name label>
bool exactly(const KeptMessage& m) {
  return m.protocol() == protocol.view() && m.message() == label.view();
}
/// With a label that begins so, or with another.
template <Name protocol, Name label>
bool labelled(const KeptMessage& m) {
  return m.protocol() == protocol.view() && m.message().starts_with(label.view());
}
template <Name protocol, Name label>
bool otherwise(const KeptMessage& m) {
  return m.protocol() == protocol.view() && !m.message().starts_with(label.view());
}
/// With this field, or without.
template <Name protocol, Name path>
bool with(const KeptMessage& m) {
  return m.protocol() == protocol.view() && has_path(m, path.view());
}
template <Name protocol, Name path>
bool without(const KeptMessage& m) {
  return m.protocol() == protocol.view() && !has_path(m, path.view());
}

bool has_part(const KeptMessage& message, std::string_view part) {
  for (const FieldView& field : message.fields())
    if (field.path.starts_with(part) &&
        (field.path.size() == part.size() || field.path[part.size()] == '|'))
      return true;
  return false;
}
bool has_prefix(const KeptMessage& message, std::string_view prefix) {
  for (const FieldView& field : message.fields())
    if (field.path.starts_with(prefix)) return true;
  return false;
}
bool http_form(const KeptMessage& m) { return m.protocol() == "http" && has_prefix(m, "form:"); }
bool http_body(const KeptMessage& m) {
  return m.protocol() == "http" && (has_part(m, "body") || http_form(m));
}
bool is_response(const KeptMessage& m) { return m.message().starts_with("response "); }
bool request_body(const KeptMessage& m) { return http_body(m) && !is_response(m); }
bool response_body(const KeptMessage& m) { return http_body(m) && is_response(m); }
bool has_header(const KeptMessage& message, std::string_view path, std::string_view begins) {
  const auto field = message.field(path);
  return field && field->value.starts_with(begins);
}
// Others that look like one are opened here too.
bool typed_form(const KeptMessage& m) {
  return m.protocol() == "http" && has_prefix(m, "form:") &&
         has_header(m, "header:content-type", "application/x-www-form-urlencoded");
}
bool http2_request(const KeptMessage& m) {
  return m.protocol() == "http2" && !is_response(m) && has_prefix(m, "header:");
}
bool promised(const KeptMessage& m) { return m.message().starts_with("PUSH_PROMISE "); }
bool http2_body(const KeptMessage& m) {
  return m.protocol() == "http2" && (has_part(m, "body") || has_prefix(m, "form:"));
}
// Many messages in one stream; packed, which tshark shows as it is.
bool grpc_or_packed(const KeptMessage& m) {
  return has_header(m, "header:content-type", "application/grpc") ||
         has_path(m, "header:content-encoding") || has_path(m, "header:grpc-encoding");
}

// Labels are a method and its path, "response 2.05 ...", or a word for what holds nothing.
bool coap_request(const KeptMessage& m) {
  return m.protocol() == "coap" && !is_response(m) && has_path(m, "id") &&
         m.message().find(' ') != std::string::npos;
}
bool coap_response(const KeptMessage& m) {
  return m.protocol() == "coap" && is_response(m) && has_path(m, "code");
}
bool of_blocks(const KeptMessage& m) { return has_path(m, "block1") || has_path(m, "block2"); }

bool mqtt_payload(const KeptMessage& m) { return m.protocol() == "mqtt" && has_part(m, "payload"); }
bool is_v6(const KeptMessage& m) { return m.peer().address.find(':') != std::string::npos; }
bool icmp_v4(const KeptMessage& m) { return m.protocol() == "icmp" && !is_v6(m); }
bool icmp_v6(const KeptMessage& m) { return m.protocol() == "icmp" && is_v6(m); }

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
constexpr Column http_forms[] = {
    {"form", "form:*", text, "urlencoded-form.key urlencoded-form.value", text}};
constexpr Column http2_requests[] = {
    {"method", "label:1", text, "http2.headers.method", text},
    {"path", "label:2", text, "http2.headers.path", target_path},
    {"query", "query:*", text, "http2.headers.path", target_query},
    {"authority", "header::authority", text, "http2.headers.authority", text},
};
constexpr Column http2_responses[] = {{"status", "status", number, "http2.headers.status", number}};
// Of the frame that ends a stream tshark shows all bytes of the body.
constexpr Column http2_bodies[] = {{"body", "body...", text, "http2.data.data", content_hex}};

constexpr std::string_view mqtt_properties =
    "mqtt.prop_number mqtt.prop_string mqtt.prop_key mqtt.prop_value mqtt.property.topic_alias "
    "mqtt.property.content_type mqtt.property.max_qos";
constexpr Column mqtt_publishes[] = {
    {"topic", "label:2", text, "mqtt.topic", text},
    {"properties", "property:=", text, mqtt_properties, text},
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
    {"properties", "property:= will_property:=", text, mqtt_properties, text},
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

// Of QUIC the first three: its session id is empty (RFC 9001 section 8.4), and JA3 is not compared.
constexpr std::span<const Column> quic_client_hellos = std::span(tls_client_hellos).first<3>();
constexpr std::span<const Column> quic_server_hellos = std::span(tls_server_hellos).first<3>();
constexpr Column dtls_client_hellos[] = {
    {"version", "version", tls_version, "dtls.handshake.version", tls_version},
    {"sni", "sni", text, "dtls.handshake.extensions_server_name", text},
    {"random", "random", hex, "dtls.handshake.random", hex},
};
constexpr Column dtls_server_hellos[] = {
    {"version", "version", tls_version, "dtls.handshake.version", tls_version},
    {"cipher", "cipher", number, "dtls.handshake.ciphersuite", number},
    {"random", "random", hex, "dtls.handshake.random", hex},
};

constexpr Column coap_requests[] = {
    {"type", "type", coap_type, "coap.type", coap_type},
    {"method", "label:1", coap_method, "coap.code", coap_method},
    {"id", "id", number, "coap.mid", number},
    {"token", "token", hex, "coap.token", hex},
    {"host", "host", text, "coap.opt.uri_host", text},
    {"path", "path:=", text, "coap.opt.uri_path", text},
    {"observe", "observe", number, "coap.opt.observe", number},
};
constexpr Column coap_responses[] = {
    {"type", "type", coap_type, "coap.type", coap_type},
    {"code", "code", coap_code, "coap.code", coap_code},
    {"id", "id", number, "coap.mid", number},
    {"token", "token", hex, "coap.token", hex},
    {"observe", "observe", number, "coap.opt.observe", number},
    {"max_age", "max_age", number, "coap.opt.max_age", number},
};

constexpr Column ssdp_requests[] = {
    {"method", "label:1", text, "http.request.method", text},
    {"headers", "header:*", text, "http.request.line", header_line},
};
constexpr Column ssdp_responses[] = {
    {"status", "label:2", number, "http.response.code", number},
    {"headers", "header:*", text, "http.response.line", header_line},
};
constexpr Column stun_messages[] = {
    {"type", "label", text, "stun.type", stun_type},
    {"transaction", "transaction", stun_transaction, "stun.id", stun_transaction},
    {"addresses",
     "mapped_address response_address source_address changed_address peer_address relayed_address "
     "alternate_server response_origin other_address",
     stun_address, "stun.att.ipv4 stun.att.ipv6", text},
    {"user", "username", text, "stun.att.username", text},
    {"software", "software", text, "stun.att.software", text},
};

constexpr Column ntp_packets[] = {
    {"mode", "label", ntp_mode, "ntp.flags.mode", ntp_mode},
    {"version", "version", number, "ntp.flags.vn", number},
    {"stratum", "stratum", number, "ntp.stratum", number},
    {"reference", "reference", ntp_reference, "ntp.refid", hex},
    {"times", "reference_time origin_time receive_time transmit_time", ntp_time,
     "ntp.reftime ntp.org ntp.rec ntp.xmt", ntp_date},
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
constexpr Column tplink_messages[] = {
    {"payload", "payload...", text, "tplink_smarthome.msg", content}};
constexpr Column websocket_texts[] = {
    {"payload", "payload...", text, "websocket.payload.text", content}};
constexpr Column websocket_closes[] = {
    {"code", "code", number, "websocket.payload.close.status_code", number}};

// tshark 4.0 shows a flag as 0 and 1, later ones as words.
constexpr std::string_view no = "0 False", yes = "1 True";
// RFC 7252 section 12.1.2 and later ones: 2.00 to 5.31.
constexpr std::string_view coap_answers =
    "64 65 66 67 68 69 95 128 129 130 131 132 133 134 136 137 140 141 143 150 157 160 161 162 163 "
    "164 "
    "165 168";
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
    {"http forms", typed_form, "urlencoded-form", "", "urlencoded-form.key", "", http_forms},
    {"http2 requests", http2_request, "http2", "", "http2.headers.method", "", http2_requests,
     promised},
    {"http2 responses", with<"http2", "status">, "http2", "", "http2.headers.status", "",
     http2_responses},
    {"http2 bodies", http2_body, "http2", "", "http2.flags.end_stream http2.data.data", yes,
     http2_bodies, grpc_or_packed},
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
    {"quic client hellos", exactly<"quic", "client hello">, "quic", "tls.handshake.type",
     "tls.handshake.type tls.handshake.random", "1", quic_client_hellos},
    {"quic server hellos", exactly<"quic", "server hello">, "quic", "tls.handshake.type",
     "tls.handshake.type tls.handshake.random", "2", quic_server_hellos},
    {"dtls client hellos", exactly<"dtls", "client hello">, "dtls", "dtls.handshake.type",
     "dtls.handshake.type dtls.handshake.random", "1", dtls_client_hellos},
    {"dtls server hellos", exactly<"dtls", "server hello">, "dtls", "dtls.handshake.type",
     "dtls.handshake.type dtls.handshake.random", "2", dtls_server_hellos},
    {"coap requests", coap_request, "coap", "", "coap.code", "1 2 3 4 5 6 7", coap_requests,
     of_blocks},
    {"coap responses", coap_response, "coap", "", "coap.code", coap_answers, coap_responses,
     of_blocks},
    {"ssdp requests", otherwise<"ssdp", "response ">, "ssdp", "", "http.request.method", "",
     ssdp_requests},
    {"ssdp responses", labelled<"ssdp", "response ">, "ssdp", "", "http.response.code", "",
     ssdp_responses},
    {"stun messages", any<"stun">, "stun", "", "stun.type", "", stun_messages},
    {"tplink messages", any<"tplink">, "tplink-smarthome", "", "tplink_smarthome.msg", "",
     tplink_messages},
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
