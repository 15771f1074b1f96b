// DNS (RFC 1035) over UDP and TCP, mDNS (RFC 6762) and LLMNR (RFC 4795). Answers teach the decoder
// which name an address goes by. Claimed by content: a header that is possible and records that
// parse to the end of the datagram; on the ports of DNS what cannot be parsed is malformed DNS,
// elsewhere it is not DNS.
#include <fmt/format.h>

#include <string>

#include "rig/decode/dns/extension.h"
#include "rig/decode/dns/learn.h"
#include "rig/decode/dns/message.h"
#include "rig/decode/dns/record.h"
#include "rig/decode/dns/types.h"
#include "rig/decode/fields.h"
#include "rig/decode/room.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

constexpr std::uint16_t dns_port = 53, mdns_port = 5353, llmnr_port = 5355;
constexpr std::uint16_t class_in = 1;
constexpr std::uint16_t mdns_bit = 0x8000;  // of the class: answer alone, forget older ones

void append_name(std::string& text, std::string_view name) {
  append_label(text, name.empty() ? "." : name);
}

/// "query A name", "response A name"; other operations with their own word.
void append_what(std::string& label, const DnsMessage& dns) {
  const DnsHeader& header = dns.header();
  if (header.operation() != 0) {
    append_dns_operation(label, header.operation());
    if (header.response()) label += " response";
  } else {
    label += header.response() ? "response" : "query";
  }
  const DnsRecord* subject = dns.subject();
  if (subject == nullptr) return;
  label += ' ';
  append_dns_type(label, subject->type);
  label += ' ';
  append_name(label, LowerCase(subject->name).text());
}

void add_flags(Message& message, Outlet& out, std::uint16_t flags) {
  constexpr std::pair<std::uint16_t, std::string_view> names[] = {{0x0400, "aa"}, {0x0200, "tc"},
                                                                  {0x0100, "rd"}, {0x0080, "ra"},
                                                                  {0x0020, "ad"}, {0x0010, "cd"}};
  std::string& text = out.field(message, "flags").value;
  for (const auto& [bit, name] : names) {
    if ((flags & bit) == 0) continue;
    if (!text.empty()) text += ' ';
    text += name;
  }
}

void add_question(Message& message, Outlet& out, const DnsRecord& question, bool multicast) {
  append_name(out.field(message, "qname", FieldType::text, question.name_size).value,
              question.name);
  append_dns_type(out.field(message, "qtype", FieldType::text, 2).value, question.type);
  std::uint16_t klass = question.klass;
  if (multicast && (klass & mdns_bit) != 0) {
    add_flag(message, out, "unicast_wanted", true);
    klass &= 0x7fff;
  }
  if (klass != class_in)
    append_dns_class(out.field(message, "qclass", FieldType::text, 2).value, klass);
}

/// What is told of a service (RFC 6763 section 6): "key=value" each.
void add_text_pairs(Message& message, Outlet& out, const DnsRecord& record) {
  const Outlet::Inside counted_already(out);
  ByteReader reader(record.data);
  std::string path;
  while (reader.ok() && reader.remaining() != 0) {
    const std::string_view pair = as_text(reader.take(reader.u8()));
    const std::size_t equals = pair.find('=');
    if (equals == 0 || equals == std::string_view::npos) continue;
    path = "txt:";
    append_key(path, pair.substr(0, equals));
    out.text(message, path, pair.substr(equals + 1));
  }
}

struct Section {
  std::string_view record, name, ttl;
};

const Section& section_of(const DnsRecord& record) {
  static constexpr Section sections[] = {{"answer", "answer_name", "answer_ttl"},
                                         {"authority", "authority_name", "authority_ttl"},
                                         {"additional", "additional_name", "additional_ttl"}};
  return sections[static_cast<std::size_t>(record.section) - 1];
}

void add_record(Message& message, Outlet& out, const DnsMessage& dns, const DnsRecord& record) {
  if (record.type == dns_type::opt) return add_dns_extension(message, out, record);
  const Section& section = section_of(record);
  const DnsRecord* question = dns.question();
  if (question == nullptr || !equal_ignoring_case(question->name, record.name))
    append_name(out.field(message, section.name, FieldType::text, record.name_size).value,
                record.name);
  std::string& text =
      out.field(message, section.record, FieldType::text, 2 + record.data.size()).value;
  append_dns_record(text, dns.bytes(), record);
  if (text.size() > max_value) {
    message.notes.push_back(fmt::format("{}: the first {} of {} characters are kept",
                                        section.record, max_value, text.size()));
    std::size_t kept = max_value;
    while ((text[kept] & 0xc0) == 0x80) --kept;  // not inside a character
    text.resize(kept);
  }
  out.integer(message, section.ttl, record.ttl, 4);
  if (record.type == dns_type::txt) add_text_pairs(message, out, record);
}

/// RFC 6891 section 6.1.3: the upper eight bits of the outcome stand in the OPT record.
unsigned outcome_of(const DnsMessage& dns) {
  unsigned outcome = dns.header().outcome();
  for (std::size_t i = 0; i < dns.size(); ++i)
    if (dns[i].type == dns_type::opt && dns[i].section != DnsSection::question)
      outcome |= dns[i].ttl >> 24 << 4;
  return outcome;
}

void add_fields(Message& message, Outlet& out, const DnsMessage& dns, bool multicast) {
  out.integer(message, "id", dns.header().id, 2);
  add_flags(message, out, dns.header().flags);
  if (dns.header().response())
    append_dns_outcome(out.field(message, "rcode").value, outcome_of(dns));
  for (std::size_t i = 0; i < dns.size(); ++i) {
    if (dns[i].section == DnsSection::question) {
      add_question(message, out, dns[i], multicast);
    } else {
      add_record(message, out, dns, dns[i]);
    }
  }
}

/// Fills `message`, whose size and protocol are known, and sends it.
void send(const DnsMessage& dns, Message& message, const Flow& flow, Outlet& out) {
  const ByteView bytes = dns.bytes();
  const bool told_by_all = message.protocol != "dns";
  if (bytes.size() < dns_header_size) {
    message.message = "malformed";
  } else {
    append_what(message.message, dns);
    add_fields(message, out, dns, told_by_all);
    learn_names(dns, told_by_all, out.names);
  }
  if (!dns.whole() && !message.gap) {
    out.malformed(message, fmt::format("DNS message cannot be read at byte {}", dns.end()));
    add_unread(message, out, "rest", bytes.subspan(dns.end()));
  } else if (dns.whole() && dns.end() < bytes.size()) {
    message.notes.push_back(
        fmt::format("{} bytes follow the DNS message", bytes.size() - dns.end()));
    add_unread(message, out, "trailer", bytes.subspan(dns.end()));
  }
  out.send(message, flow);
}

/// NetBIOS names (RFC 1002) look like DNS but for their own record types.
bool netbios(const Datagram& datagram, const DnsMessage& dns) {
  const DnsRecord* subject = dns.subject();
  return datagram.has_port(137) && subject != nullptr &&
         (subject->type == 32 || subject->type == 33);
}

std::string_view protocol_of(const Datagram& datagram) {
  if (datagram.has_port(mdns_port)) return "mdns";
  return datagram.has_port(llmnr_port) ? "llmnr" : "dns";
}

bool read(const Datagram& datagram, Flow& flow, Outlet& out) {
  if (!datagram.udp() || datagram.bytes.empty()) return false;
  const bool own_port =
      datagram.has_port(dns_port) || datagram.has_port(mdns_port) || datagram.has_port(llmnr_port);
  if (!own_port) {
    ByteReader reader(datagram.bytes);
    const DnsHeader header = read_dns_header(reader);
    if (!reader.ok() || !header.plausible() || header.counts[0] == 0) return false;
  }
  auto& dns = out.memory<DnsMessage>();
  dns.read(datagram.bytes);
  const bool whole = dns.whole() && dns.end() == datagram.bytes.size();
  if (!own_port && (!whole || netbios(datagram, dns))) return false;
  Message& message = begin(datagram, flow, out, protocol_of(datagram));
  send(dns, message, flow, out);
  return true;
}

/// Over TCP each message stands behind its length in two bytes (RFC 1035 section 4.2.2).
class Reader final : public StreamReader {
 public:
  Reader(Flow& flow, Outlet& out) : flow_(&flow), out_(&out) {}

  bool read(Side from, StreamBuffer& input) override {
    for (;;) {
      const ByteView bytes = input.bytes();
      if (bytes.size() < 2) return true;
      const std::size_t length = std::size_t{bytes[0]} << 8 | bytes[1];
      if (bytes.size() < 2 + length) return true;
      Message& message = out_->begin(*flow_, from, input.span(0, 2 + length), "dns");
      message.size = 2 + length;
      dns_.read(bytes.subspan(2, length));
      const bool whole = dns_.whole();
      send(dns_, message, *flow_, *out_);
      input.consume(2 + length);
      if (!whole) return false;
    }
  }
  bool gap(Side, std::uint64_t) override { return false; }
  void end(Side, std::string_view) override {}

 private:
  Flow* flow_;
  Outlet* out_;
  DnsMessage dns_;
};

Claim claims(ByteView bytes, const StreamStart&) {
  if (bytes.size() < 14) {
    // The length's high byte is small in every real query; else other rooms' first bytes wait here.
    return bytes[0] <= 1 ? Claim::more : Claim::no;
  }
  ByteReader reader(bytes.subspan(2));
  const std::size_t length = std::size_t{bytes[0]} << 8 | bytes[1];
  const DnsHeader header = read_dns_header(reader);
  if (length < 17 || !header.plausible() || header.counts[0] != 1) return Claim::no;
  if (bytes.size() < 2 + length) return Claim::more;
  DnsMessage dns;
  dns.read(bytes.subspan(2, length));
  return dns.whole() && dns.end() == length ? Claim::yes : Claim::no;
}

std::unique_ptr<StreamReader> open(Flow& flow, Outlet& out) {
  return std::make_unique<Reader>(flow, out);
}

}  // namespace

extern const Room dns_room{"dns", read, claims, open};

}  // namespace brewproof::decode
